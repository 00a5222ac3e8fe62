/** The body of every error answer. */
export interface ErrorBody {
  statusCode: number;
  /** The status's standard phrase, e.g. "Bad Request". */
  error: string;
  /** A sentence for people, or one for each faulty field. */
  message: string | string[];
  /** Stable, `module.reason`; scripts may rely on it. */
  code: string;
  request_id: string;
}
