/** The error that the promise rejects with; the test fails when it resolves. */
export async function rejectionOf<Failure = Error>(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error("the promise was expected to reject, but it resolved");
}
