"""One script of commands, as a person would type them; every platform must leave the same behind."""

PHONES = """\
name: phones
{channels}companies:
  - name: Lava International
    aliases: [Lava]
    context: [phone]
  - Dixon
sources:
  - {{name: Focus, url: "https://focus.example/feed"}}
"""

CHIPS = """\
name: chips
shared: true
channels: ["slack:T9/C9"]
companies:
  - TSMC
  - name: MediaTek
    aliases: [聯發科技]
"""

SCRIPT = """\

status
help
help add
list
add MediaTek
add MediaTek
add Denso, Foxconn Technology
add Lava
show Lava
show MediaTek
set MediaTek alias + 聯發科
set MediaTek alias
MediaTek context chip
set MediaTek evidence strict
set MediaTek evidence maybe
set MediaTek threshold 95
set MediaTek threshold
list
list media
remove lvaa
remove Denso
undo
remove Denso, Foxconn Technology
add Hon Hai Precision Industry Co., Ltd. as Foxconn near factory
add Yahoo, Inc.
add AT&amp;T
add $AAPL
add 2454.TW
add "Not Boring"
add Near Protocol
add Apple
add "Apple"
add the
add https://example.org/feed
add <http://booking.com|booking.com>
add X
add Lava as
list page 2
rename Dixon Dixon Technologies
rename Oppo Vivo
exclude lava flow
set Lava International exclude + lava flow
show “Lava International”
Lava
lsit
latest
rm Yahoo, Inc.
remove Nobody Ever
test Lava International builds phones
test It rained
why
why lava india phones
search lava
search lava last week
lists
use nowhere
use chips
use chips
lists
list tsmc
leave chips
leave chips
use chips only here
show TSMC
sources
sources focus
source add mint.example
source pause Focus 2h
sources
source resume Focus
source remove Mint
mute Lava International 2h
mute source Focus until friday
unmute Lava International
pause 8h
resume
digest daily 08:30
digest
digest now
quiet 22-7 Asia/Taipei
quiet off
useful
wrong Lava International
mute this
log
log page 2
undo
export
undo
""".splitlines()
