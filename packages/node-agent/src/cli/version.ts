/** The version of this program, as `hedgerow --version` prints it: that of the package (a test holds it there). */
export const version = '0.1.0';
