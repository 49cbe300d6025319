const slowness = Number(process.env.KINGSHARE_TEST_SLOWNESS ?? 1);

/** The promise, or an error that says what did not happen within so many seconds. */
export async function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, fail) => {
    const explain = () => fail(new Error(`not within ${seconds} s: ${typeof what === 'function' ? what() : what}`));
    timer = setTimeout(explain, seconds * 1000 * slowness);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A length of time for settings, in milliseconds. */
export const lasting = (milliseconds) => milliseconds * slowness;
