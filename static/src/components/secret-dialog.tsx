/** The account of an extension as one types it into a telephone. */
import { Alert, Button, Modal, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { systemApi } from "../api/resources.ts";
import type { ExtensionWithSecret } from "../api/types.ts";
import { serverAddress, type ServerAddress } from "../model/sip-address.ts";

interface Registrar {
  readonly servers: readonly ServerAddress[];
  /** What tells this company's telephones from others'; null where nothing needs to. */
  readonly domain: string | null;
}

/** Where telephones register; null until it is known. */
function useRegistrar(asked: boolean): Registrar | null {
  const [registrar, setRegistrar] = useState<Registrar | null>(null);
  useEffect(() => {
    if (!asked) return;
    systemApi
      .status()
      .then(({ sip }) => setRegistrar({ servers: sip.addresses.map((address) => serverAddress(address, window.location.hostname)), domain: sip.domain }))
      .catch(() => setRegistrar({ servers: [], domain: null }));
  }, [asked]);
  return registrar;
}

function Fact({ name, text, testId, code = false }: { readonly name: string; readonly text: string; readonly testId: string; readonly code?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd><Typography.Text copyable={{ text }} code={code} data-testid={testId}>{text}</Typography.Text></dd>
    </div>
  );
}

/** The one time that the secret can be read. */
export function SecretDialog({ extension, onClose }: { readonly extension: ExtensionWithSecret | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const registrar = useRegistrar(extension !== null);
  const domain = registrar?.domain;
  return (
    <Modal
      open={extension !== null}
      title={t("extensions.secretTitle", { number: extension?.number ?? "" })}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={<Button type="primary" onClick={onClose} data-testid="secret-close">{t("extensions.secretNoted")}</Button>}
    >
      <Alert type="warning" showIcon title={t("extensions.secretOnce")} />
      {domain && (
        <dl className="facts account">
          <Fact name={t("extensions.domain")} text={domain} testId="sip-domain" />
        </dl>
      )}
      {registrar?.servers.map((server) => (
        <dl key={JSON.stringify(server)} className="facts account">
          <Fact name={t(domain ? "extensions.proxy" : "extensions.server")} text={server.host} testId="sip-server" />
          <Fact name={t("extensions.port")} text={server.port} testId="sip-port" />
          <div>
            <dt>{t("extensions.transport")}</dt>
            <dd>{server.transport}</dd>
          </div>
        </dl>
      ))}
      {registrar?.servers.length === 0 && <p className="form-help">{t("extensions.serverUnknown")}</p>}
      <dl className="facts account">
        <Fact name={t("extensions.user")} text={extension?.number ?? ""} testId="sip-user" />
        <Fact name={t("extensions.secret")} text={extension?.secret ?? ""} testId="secret" code />
      </dl>
    </Modal>
  );
}
