"""Why the system refused something, in both languages; of no room, so that every room may say it."""

from __future__ import annotations

import errno

EAI_NONAME, EAI_AGAIN = -2, -3
"""getaddrinfo's own codes, in ``errno`` too; taken from no socket module, for pure rooms read files."""

SYSTEM_ERRORS: dict[int, tuple[str, str]] = {
    errno.ENOENT: ("没有这个文件或目录", "no such file or folder"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("不允许这样做", "not permitted"),
    errno.EEXIST: ("已经存在", "it exists already"),
    errno.ENOTDIR: ("路径中有一段不是目录", "part of the path is not a folder"),
    errno.EISDIR: ("它是目录", "it is a folder"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.EIO: ("磁盘读写出错", "the disk fails to read or write"),
    errno.EROFS: ("文件系统只读", "the file system is read-only"),
    errno.ELOOP: ("符号链接成环", "symbolic links go in a circle"),
    errno.ENAMETOOLONG: ("名称太长", "the name is too long"),
    errno.EMFILE: ("打开的文件太多", "too many files are open"),
    errno.ENFILE: ("系统打开的文件太多", "the system has too many files open"),
    errno.ENOMEM: ("内存不足", "not enough memory"),
    errno.EADDRINUSE: ("地址已被占用", "the address is in use"),
    errno.EADDRNOTAVAIL: ("本机没有这个地址", "this machine has no such address"),
    errno.ECONNREFUSED: ("连接被拒绝", "the connection was refused"),
    errno.ETIMEDOUT: ("没有在时限内应答", "no answer in time"),
    EAI_NONAME: ("没有这个名称", "the name is not known"),
    EAI_AGAIN: ("名称服务器没有应答", "the name server does not answer"),
}
"""What people meet of ``OSError.errno``: (zh-CN, en)."""


def why(error: OSError) -> dict[str, str]:
    """Why the system refused, in both languages; what is not in the table in the system's own words."""
    own = error.strerror or str(error)
    chinese, english = SYSTEM_ERRORS.get(error.errno or 0, (own, own))
    return {"zh-CN": chinese, "en": english}
