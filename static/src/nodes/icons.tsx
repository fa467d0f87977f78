/** Icons of node types and groups, by the names that the schemas use. */
import {
  ApartmentOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  CustomerServiceOutlined,
  EditOutlined,
  FieldNumberOutlined,
  HourglassOutlined,
  MessageOutlined,
  NodeIndexOutlined,
  PhoneOutlined,
  SoundOutlined,
  StopOutlined,
  SwapOutlined,
  TeamOutlined,
} from "../components/icons.tsx";
import type { ReactElement } from "react";

/** Nine keys of a telephone. */
function Dialpad() {
  const dots = [4, 12, 20].flatMap((y) => [4, 12, 20].map((x) => <circle key={`${x}-${y}`} cx={x} cy={y} r="2.6" />));
  return (
    <svg className="anticon" width="1em" height="1em" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      {dots}
    </svg>
  );
}

const ICONS: Readonly<Record<string, ReactElement>> = {
  sound: <SoundOutlined />,
  dialpad: <Dialpad />,
  number: <FieldNumberOutlined />,
  clock: <ClockCircleOutlined />,
  branches: <BranchesOutlined />,
  edit: <EditOutlined />,
  phone: <PhoneOutlined />,
  "phone-incoming": <CustomerServiceOutlined />,
  "phone-off": <StopOutlined />,
  swap: <SwapOutlined />,
  message: <MessageOutlined />,
  conference: <TeamOutlined />,
  hourglass: <HourglassOutlined />,
  flow: <ApartmentOutlined />,
};

const UNKNOWN = <NodeIndexOutlined />;

export function nodeIcon(name: string | undefined): ReactElement {
  return (name && ICONS[name]) || UNKNOWN;
}
