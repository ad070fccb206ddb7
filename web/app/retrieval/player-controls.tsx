import {
  BackwardOutlined,
  CaretRightFilled,
  ForwardOutlined,
  FullscreenExitOutlined,
  FullscreenOutlined,
  MutedOutlined,
  PauseOutlined,
  SoundOutlined,
  StepBackwardOutlined,
  StepForwardOutlined,
} from '@ant-design/icons';
import { Button, Select, Slider } from 'antd';
import type { ReactNode } from 'react';
import { Moment } from '../parts/moment.tsx';
import { useWords } from '../words/use-words.ts';
import { position } from './position.ts';
import { type Commands, type Playback, rates } from './use-playback.ts';

interface Given {
  playback: Playback;
  commands: Commands;
  /** RFC 3339, when the footage begins by its own clock. */
  capturedFrom: string | undefined;
  /** There is a picture to step through. */
  frames: boolean;
  wholeScreen: { on: boolean; toggle: () => void };
  /** What pops up lies in it, also where it fills the screen. */
  container: () => HTMLElement;
}

/** Under the picture: position, play, seek, frames, speed, sound, and the time in the footage's own clock. */
export function PlayerControls({ playback, commands, capturedFrom, frames, wholeScreen, container }: Given) {
  const { t } = useWords('retrieval');
  const { seconds, length, playing, rate, muted } = playback;
  const known = Number.isFinite(length);
  const button = (label: string, icon: ReactNode, onClick: () => void, className = '') => (
    <Button type="text" className={className} icon={icon} aria-label={label} title={label} onClick={onClick} />
  );
  return (
    <div className="controls">
      <Slider
        min={0}
        max={known ? length : 1}
        step={0.01}
        value={seconds}
        disabled={!known}
        keyboard={false}
        ariaLabelForHandle={t('position')}
        ariaValueTextFormatterForHandle={(value) => position(value)}
        tooltip={{ formatter: (value) => position(value ?? 0), getPopupContainer: container }}
        onChange={commands.seek}
      />
      <div className="controls-row">
        {button(t(playing ? 'pause' : 'play'), playing ? <PauseOutlined /> : <CaretRightFilled />, commands.toggle)}
        {button(t('back'), <BackwardOutlined />, () => commands.skip(-5))}
        {button(t('forward'), <ForwardOutlined />, () => commands.skip(5))}
        {frames && button(t('frameBack'), <StepBackwardOutlined />, () => commands.step(-1))}
        {frames && button(t('frameForward'), <StepForwardOutlined />, () => commands.step(1))}
        <span className="controls-time">
          <span data-testid="position">{position(seconds, !playing)}</span> / {known ? position(length) : '–'}
        </span>
        <span className="controls-clock">
          {t('clock')}{' '}
          {capturedFrom ? (
            <Moment at={new Date(Date.parse(capturedFrom) + seconds * 1000).toISOString()} />
          ) : (
            t('clockUnknown')
          )}
        </span>
        <span className="spring" />
        <Select
          aria-label={t('speed')}
          className="controls-speed"
          value={rate}
          onChange={commands.setRate}
          getPopupContainer={container}
          options={rates.map((value) => ({ value, label: `${value}×` }))}
        />
        {button(
          t(muted ? 'unmute' : 'mute'),
          muted ? <MutedOutlined /> : <SoundOutlined />,
          commands.mute,
          'controls-mute',
        )}
        {button(
          t(wholeScreen.on ? 'wholeScreenEnd' : 'wholeScreen'),
          wholeScreen.on ? <FullscreenExitOutlined /> : <FullscreenOutlined />,
          wholeScreen.toggle,
        )}
      </div>
    </div>
  );
}
