/** The last word of an example: what it has shown or, with exit code 1, what is wrong. */
export function verdict(isRight: boolean, right: string, wrong: string): void {
  if (isRight) {
    console.log(`right: ${right}`);
  } else {
    console.error(`wrong: ${wrong}`);
    process.exitCode = 1;
  }
}
