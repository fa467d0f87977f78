/** The account of an extension as one types it into a telephone. */
import { Alert, Button, Modal, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { systemApi } from "../api/resources.ts";
import type { ExtensionWithSecret } from "../api/types.ts";
import { serverAddress, type ServerAddress } from "../model/sip-address.ts";

/** Where telephones register; null until it is known. */
function useServers(asked: boolean): readonly ServerAddress[] | null {
  const [servers, setServers] = useState<readonly ServerAddress[] | null>(null);
  useEffect(() => {
    if (!asked) return;
    systemApi
      .status()
      .then((status) => setServers(status.sip.addresses.map((address) => serverAddress(address, window.location.hostname))))
      .catch(() => setServers([]));
  }, [asked]);
  return servers;
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
  const servers = useServers(extension !== null);
  return (
    <Modal
      open={extension !== null}
      title={t("extensions.secretTitle", { number: extension?.number ?? "" })}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={<Button type="primary" onClick={onClose} data-testid="secret-close">{t("extensions.secretNoted")}</Button>}
    >
      <Alert type="warning" showIcon title={t("extensions.secretOnce")} />
      {servers?.map((server) => (
        <dl key={JSON.stringify(server)} className="facts account">
          <Fact name={t("extensions.server")} text={server.host} testId="sip-server" />
          <Fact name={t("extensions.port")} text={server.port} testId="sip-port" />
          <div>
            <dt>{t("extensions.transport")}</dt>
            <dd>{server.transport}</dd>
          </div>
        </dl>
      ))}
      {servers?.length === 0 && <p className="form-help">{t("extensions.serverUnknown")}</p>}
      <dl className="facts account">
        <Fact name={t("extensions.user")} text={extension?.number ?? ""} testId="sip-user" />
        <Fact name={t("extensions.secret")} text={extension?.secret ?? ""} testId="secret" code />
      </dl>
    </Modal>
  );
}
