"""``zongji voice``: who speaks texts here, and how a better voice comes."""

from __future__ import annotations

import sys

import click

from zongji.setting_options import setting_options
from zongji.settings import Settings
from zongji.words import LOCALE, either, say

voice_group = click.Group("voice", help=either("朗读文字的声音。", "The voice that speaks texts."))


@voice_group.command("list", help=either("由谁朗读，有哪些声音可选。", "Who speaks, and the voices to choose from."))
@setting_options("voice")
def list_voices(settings: Settings) -> None:
    from designer.audio import open_speaker

    speaker = open_speaker(settings.voice)
    if speaker.lacking is not None:
        zh, en = speaker.lacking
        click.echo(say("voice.espeak", LOCALE, why=either(zh, en)))
        return
    click.echo(say("voice.kokoro", LOCALE))
    for voice in speaker.voices():
        click.echo(f"{voice.id}\t{voice.locale}\t{voice.names[LOCALE]}")


@voice_group.command("install", help=either("下载神经语音（约 90 MB），校验后放好；已有则不动。",
                                            "Bring the neural voice (about 90 MB), checked; nothing if it is there."))
@setting_options("voice")
def install_voice(settings: Settings) -> None:
    from designer.audio.kokoro import VoiceModel
    from designer.audio.kokoro.install import InstallError, install

    model = VoiceModel()
    if settings.voice == "espeak" or model.files_wrong() is None:
        return
    click.echo(say("voice.bringing", LOCALE))
    try:
        install(model)
    except (InstallError, OSError) as error:
        reason = either(*error.messages) if isinstance(error, InstallError) else str(error)
        click.echo(say("voice.failed", LOCALE, why=reason), err=True)
        sys.exit(1)
    click.echo(say("voice.there", LOCALE, folder=model.folder))


COMMANDS = (voice_group,)
