declare module 'node-nvidia-smi' {
  /** Runs `nvidia-smi -q -x`; `data` is the XML as objects, one `gpu` or an array of them. */
  export default function smi(done: (error: unknown, data: unknown) => void): void;
}
