/** Loaded before a server that is being tested: collects garbage all the time (needs --expose-gc). */
setInterval(() => globalThis.gc(), 20).unref();
