const slowness = Number(process.env.KINGSHARE_TEST_SLOWNESS ?? 1);

/** Awaits the promise; throws after `seconds` with `what`, a text or a function that returns it. */
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

/** Scales a duration in milliseconds by the slowness of the machine. */
export const scaled = (milliseconds) => milliseconds * slowness;
