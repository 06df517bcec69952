/** Made-up secrets, put together when tests run, so that nothing that searches the sources takes them for real ones. */
const letters = "Zx9Qm2Lk7Vb4Nw8Rt3Yp6Hd1Js5Gf0CaUeIoKq";

export const SECRETS = {
  github: ["gh", "p_", letters.slice(0, 36)].join(""),
  aws: ["AK", "IA", "Q7RZ3MXPLV5NTW2K"].join(""),
  openai: ["sk", "-proj-", letters, letters.slice(3, 30)].join(""),
} as const;
