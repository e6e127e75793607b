export default {
  test: { setupFiles: ["./traceside.mjs"], include: ["*.test.mjs"], includeTaskLocation: true },
};
