/** Stands in for `xmlhttprequest-ssl` in the bundle: the agent uses WebSockets only. */
export default class NoXmlHttpRequest {
  constructor() {
    throw new Error('long polling is not part of the agent');
  }
}
