"""One script of sixty commands, as a person would type them; every platform must leave the same behind."""

PHONES = """\
name: phones
{channels}companies:
  - name: Lava International
    aliases: [Lava]
    context: [phone]
  - Dixon
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
sources
log
undo
export
undo
""".splitlines()
