from __future__ import annotations

import numpy as np
import pytest

from interpreter.rtp import g711, tones


@pytest.mark.parametrize(
    ("audio", "frequency_hz", "on_s", "total_s"),
    [
        pytest.param(tones.ringback(), 450, 1.0, 5.0, id="ringback"),
        pytest.param(tones.busy(), 450, 0.35, 0.7, id="busy"),
        pytest.param(tones.beep(), 1000, 0.3, 0.3, id="beep"),
    ],
)
def test_cadence_and_frequency(audio, frequency_hz, on_s, total_s):
    for samples in (g711.decode_pcmu(audio.pcmu), g711.decode_pcma(audio.pcma)):
        sounding = samples[: round(on_s * 8000)].astype(float)
        spectrum = np.abs(np.fft.rfft(sounding))
        assert abs(np.argmax(spectrum) * 8000 / len(sounding) - frequency_hz) < 5
        assert np.abs(samples[len(sounding) :]).max(initial=0) <= 8
    assert audio.seconds == pytest.approx(total_s)
    assert len(audio.pcmu) == len(audio.pcma)


def test_tones_begin_and_end_without_a_click():
    samples = tones.tone(450, 0.35)
    assert samples[0] == 0
    assert abs(int(samples[-1])) < 50
