/** The version of Kubernetes before the newest whose engine the tests build. */
export const olderVersion = "1.35.4";
