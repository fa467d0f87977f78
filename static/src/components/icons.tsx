/** Icons that screen readers pass over: the button or the text beside them has the name. One with an `aria-label` is read. */
import {
  ApartmentOutlined as ApartmentOutlinedIcon,
  ArrowDownOutlined as ArrowDownOutlinedIcon,
  ArrowLeftOutlined as ArrowLeftOutlinedIcon,
  ArrowUpOutlined as ArrowUpOutlinedIcon,
  AudioOutlined as AudioOutlinedIcon,
  BranchesOutlined as BranchesOutlinedIcon,
  CalendarOutlined as CalendarOutlinedIcon,
  CaretRightOutlined as CaretRightOutlinedIcon,
  CheckCircleOutlined as CheckCircleOutlinedIcon,
  CheckOutlined as CheckOutlinedIcon,
  ClockCircleOutlined as ClockCircleOutlinedIcon,
  CloseCircleFilled as CloseCircleFilledIcon,
  CloseOutlined as CloseOutlinedIcon,
  CloudUploadOutlined as CloudUploadOutlinedIcon,
  CompressOutlined as CompressOutlinedIcon,
  CopyOutlined as CopyOutlinedIcon,
  CustomerServiceOutlined as CustomerServiceOutlinedIcon,
  DeleteOutlined as DeleteOutlinedIcon,
  DownOutlined as DownOutlinedIcon,
  DownloadOutlined as DownloadOutlinedIcon,
  EditOutlined as EditOutlinedIcon,
  FileTextOutlined as FileTextOutlinedIcon,
  FieldNumberOutlined as FieldNumberOutlinedIcon,
  FormOutlined as FormOutlinedIcon,
  HistoryOutlined as HistoryOutlinedIcon,
  HourglassOutlined as HourglassOutlinedIcon,
  ImportOutlined as ImportOutlinedIcon,
  LeftOutlined as LeftOutlinedIcon,
  LockOutlined as LockOutlinedIcon,
  LogoutOutlined as LogoutOutlinedIcon,
  MessageOutlined as MessageOutlinedIcon,
  MoreOutlined as MoreOutlinedIcon,
  NodeIndexOutlined as NodeIndexOutlinedIcon,
  NumberOutlined as NumberOutlinedIcon,
  PauseOutlined as PauseOutlinedIcon,
  PhoneOutlined as PhoneOutlinedIcon,
  PlusOutlined as PlusOutlinedIcon,
  QuestionCircleOutlined as QuestionCircleOutlinedIcon,
  RedoOutlined as RedoOutlinedIcon,
  RightOutlined as RightOutlinedIcon,
  SaveOutlined as SaveOutlinedIcon,
  SearchOutlined as SearchOutlinedIcon,
  SettingOutlined as SettingOutlinedIcon,
  SoundOutlined as SoundOutlinedIcon,
  StopOutlined as StopOutlinedIcon,
  SwapOutlined as SwapOutlinedIcon,
  TeamOutlined as TeamOutlinedIcon,
  UndoOutlined as UndoOutlinedIcon,
  UpOutlined as UpOutlinedIcon,
  UploadOutlined as UploadOutlinedIcon,
  WarningFilled as WarningFilledIcon,
} from "@ant-design/icons";
import type { ComponentType } from "react";

type IconProps = React.ComponentProps<typeof ApartmentOutlinedIcon>;

function quiet(Icon: ComponentType<IconProps>): ComponentType<IconProps> {
  return function QuietIcon(props: IconProps) {
    return <Icon aria-hidden={props["aria-label"] ? undefined : true} {...props} />;
  };
}

export const ApartmentOutlined = /* @__PURE__ */ quiet(ApartmentOutlinedIcon);
export const ArrowDownOutlined = /* @__PURE__ */ quiet(ArrowDownOutlinedIcon);
export const ArrowLeftOutlined = /* @__PURE__ */ quiet(ArrowLeftOutlinedIcon);
export const ArrowUpOutlined = /* @__PURE__ */ quiet(ArrowUpOutlinedIcon);
export const AudioOutlined = /* @__PURE__ */ quiet(AudioOutlinedIcon);
export const BranchesOutlined = /* @__PURE__ */ quiet(BranchesOutlinedIcon);
export const CalendarOutlined = /* @__PURE__ */ quiet(CalendarOutlinedIcon);
export const CaretRightOutlined = /* @__PURE__ */ quiet(CaretRightOutlinedIcon);
export const CheckCircleOutlined = /* @__PURE__ */ quiet(CheckCircleOutlinedIcon);
export const CheckOutlined = /* @__PURE__ */ quiet(CheckOutlinedIcon);
export const ClockCircleOutlined = /* @__PURE__ */ quiet(ClockCircleOutlinedIcon);
export const CloseCircleFilled = /* @__PURE__ */ quiet(CloseCircleFilledIcon);
export const CloseOutlined = /* @__PURE__ */ quiet(CloseOutlinedIcon);
export const CloudUploadOutlined = /* @__PURE__ */ quiet(CloudUploadOutlinedIcon);
export const CompressOutlined = /* @__PURE__ */ quiet(CompressOutlinedIcon);
export const CopyOutlined = /* @__PURE__ */ quiet(CopyOutlinedIcon);
export const CustomerServiceOutlined = /* @__PURE__ */ quiet(CustomerServiceOutlinedIcon);
export const DeleteOutlined = /* @__PURE__ */ quiet(DeleteOutlinedIcon);
export const DownOutlined = /* @__PURE__ */ quiet(DownOutlinedIcon);
export const DownloadOutlined = /* @__PURE__ */ quiet(DownloadOutlinedIcon);
export const EditOutlined = /* @__PURE__ */ quiet(EditOutlinedIcon);
export const FileTextOutlined = /* @__PURE__ */ quiet(FileTextOutlinedIcon);
export const FieldNumberOutlined = /* @__PURE__ */ quiet(FieldNumberOutlinedIcon);
export const FormOutlined = /* @__PURE__ */ quiet(FormOutlinedIcon);
export const HistoryOutlined = /* @__PURE__ */ quiet(HistoryOutlinedIcon);
export const HourglassOutlined = /* @__PURE__ */ quiet(HourglassOutlinedIcon);
export const ImportOutlined = /* @__PURE__ */ quiet(ImportOutlinedIcon);
export const LeftOutlined = /* @__PURE__ */ quiet(LeftOutlinedIcon);
export const LockOutlined = /* @__PURE__ */ quiet(LockOutlinedIcon);
export const LogoutOutlined = /* @__PURE__ */ quiet(LogoutOutlinedIcon);
export const MessageOutlined = /* @__PURE__ */ quiet(MessageOutlinedIcon);
export const MoreOutlined = /* @__PURE__ */ quiet(MoreOutlinedIcon);
export const NodeIndexOutlined = /* @__PURE__ */ quiet(NodeIndexOutlinedIcon);
export const NumberOutlined = /* @__PURE__ */ quiet(NumberOutlinedIcon);
export const PauseOutlined = /* @__PURE__ */ quiet(PauseOutlinedIcon);
export const PhoneOutlined = /* @__PURE__ */ quiet(PhoneOutlinedIcon);
export const PlusOutlined = /* @__PURE__ */ quiet(PlusOutlinedIcon);
export const QuestionCircleOutlined = /* @__PURE__ */ quiet(QuestionCircleOutlinedIcon);
export const RedoOutlined = /* @__PURE__ */ quiet(RedoOutlinedIcon);
export const RightOutlined = /* @__PURE__ */ quiet(RightOutlinedIcon);
export const SaveOutlined = /* @__PURE__ */ quiet(SaveOutlinedIcon);
export const SearchOutlined = /* @__PURE__ */ quiet(SearchOutlinedIcon);
export const SettingOutlined = /* @__PURE__ */ quiet(SettingOutlinedIcon);
export const SoundOutlined = /* @__PURE__ */ quiet(SoundOutlinedIcon);
export const StopOutlined = /* @__PURE__ */ quiet(StopOutlinedIcon);
export const SwapOutlined = /* @__PURE__ */ quiet(SwapOutlinedIcon);
export const TeamOutlined = /* @__PURE__ */ quiet(TeamOutlinedIcon);
export const UndoOutlined = /* @__PURE__ */ quiet(UndoOutlinedIcon);
export const UpOutlined = /* @__PURE__ */ quiet(UpOutlinedIcon);
export const UploadOutlined = /* @__PURE__ */ quiet(UploadOutlinedIcon);
export const WarningFilled = /* @__PURE__ */ quiet(WarningFilledIcon);
