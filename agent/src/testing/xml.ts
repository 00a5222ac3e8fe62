/** A small strict XML reader for tests: enough to prove that what was written is well formed. */

/** An element with its text and children. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Parses a document; throws if a tag is not closed, or anything stands where it must not. */
export function parseXml(document: string): XmlElement {
  const text = document.replace(/^<\?xml[^?]*\?>\s*/, '').replace(/^<!DOCTYPE[^>]*>\s*/, '');
  const root: XmlElement = { name: '', text: '', children: [] };
  const open = [root];
  const token = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    const parent = open.at(-1);
    if (!match || !parent) throw new Error(`malformed XML at ${text.slice(at, at + 40)}`);
    const [, closing, name, , empty, words] = match;
    if (words !== undefined) {
      parent.text += words.trim().replace(/&(\w*);?/g, (whole, entity: string) => {
        const character = whole.endsWith(';') ? ENTITIES[entity] : undefined;
        if (character === undefined) throw new Error(`unknown entity ${whole}`);
        return character;
      });
    } else if (closing) {
      if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}>`);
      open.pop();
    } else {
      const element: XmlElement = { name: name ?? '', text: '', children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [top] = root.children;
  if (open.length !== 1 || !top || root.children.length !== 1) throw new Error('not one element');
  return top;
}
