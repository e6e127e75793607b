/** Where in its workspace the suite writes its counts. */
export const figuresFile = "figures.json";
