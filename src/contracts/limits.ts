/** In bytes of UTF-8: what a process is told of its channels has to fit one header. */
export const mostContractBytes = 32_768;
