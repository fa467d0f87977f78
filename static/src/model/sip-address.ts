/** SIP addresses as one types them into a telephone. */

export interface ServerAddress {
  readonly host: string;
  readonly port: string;
  readonly transport: string;
}

const DEFAULT_PORT = "5060";
/** Listening everywhere is no address to register at. */
const ANYWHERE = new Set(["", "*", "0.0.0.0", "::", "[::]"]);

function hostAndPort(text: string): [host: string, port: string] {
  const [, bracketed, plain, port] = /^(?:(\[[^\]]*\])|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return [bracketed ?? plain ?? text, port ?? DEFAULT_PORT];
}

/**
 * `udp:192.0.2.1:5060` or `192.0.2.1:5060` as server, port and transport.
 * here: the host that this page came from; it stands in for "every address of this machine".
 */
export function serverAddress(address: string, here: string): ServerAddress {
  const [, transport = "udp", rest = address] = /^(udp|tcp|tls|ws|wss):(.*)$/i.exec(address) ?? [];
  const [host, port] = hostAndPort(rest);
  return { host: ANYWHERE.has(host) ? here : host, port, transport: transport.toUpperCase() };
}

/** Where a registered telephone is, `192.0.2.7:5060`, from its contact `<sip:801@192.0.2.7:5060;ob>`; without a known shape the contact itself. */
export function contactAddress(contact: string): string {
  const found = /^<?sips?:(?:[^@>]*@)?(\[[^\]]*\](?::\d+)?|[^;?>]+)/i.exec(contact.trim());
  return found?.[1] ?? contact;
}
