"""Delivery status notifications as different servers write them, about one letter to one address."""

ORIGINAL = """\
From: Northfield Primary <belfry@localhost>
To: {to}
Subject: School closes at 13:00
Message-ID: {message_id}
Date: Fri, 20 Nov 2026 12:00:00 +0000
"""

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: belfry@localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4F1.1763/relay.example"

This is a MIME-encapsulated message.

--4F1.1763/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4F1.1763/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Original-Envelope-Id: {envelope_id}
X-Postfix-Queue-ID: 4F1
X-Postfix-Sender: rfc822; belfry@localhost
Arrival-Date: Fri, 20 Nov 2026 12:00:01 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.families.example
Diagnostic-Code: smtp; {said}

--4F1.1763/relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{original}
--4F1.1763/relay.example--
"""

EXCHANGE = """\
From: <postmaster@families.example>
To: belfry@localhost
Subject: Undeliverable: School closes at 13:00
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_c1d1c1d1-0000_"

--_c1d1c1d1-0000_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_alt_"

--_alt_
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

<html><body><p>Your message couldn't be delivered.</p></body></html>
--_alt_--

--_c1d1c1d1-0000_
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01MB.eurprd01.prod.exchangelabs.example
Received-From-MTA: dns;relay.example
Arrival-Date: Fri, 20 Nov 2026 12:00:02 +0000

Final-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{said}
X-Display-Name: {to}

--_c1d1c1d1-0000_
Content-Type: message/rfc822

Received: from relay.example by AM0PR01MB with Microsoft SMTP Server
{original}
This is the text.

--_c1d1c1d1-0000_--
"""

GMAIL = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: belfry@localhost
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
X-Failed-Recipients: {to}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000aa"; report-type=delivery-status

--000000000000aa
Content-Type: multipart/related; boundary="000000000000ab"

--000000000000ab
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--000000000000ab--
--000000000000aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; belfry@localhost
Arrival-Date: Fri, 20 Nov 2026 04:00:03 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; {said}
Last-Attempt-Date: Fri, 20 Nov 2026 04:00:04 -0800 (PST)

--000000000000aa
Content-Type: message/rfc822

{original}
Hello

--000000000000aa--
"""

EXIM = """\
Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example>
To: belfry@localhost
Content-Type: multipart/report; report-type=delivery-status; boundary=1763640000-eximdsn-804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1763640000-eximdsn-804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1763640000-eximdsn-804289383
Content-type: message/delivery-status

Reporting-MTA: dns; exim.example

Action: {action}
Final-Recipient: rfc822;{to}
Status: {status}
Remote-MTA: dns; mx.families.example
Diagnostic-Code: smtp; {said}

--1763640000-eximdsn-804289383
Content-type: text/rfc822-headers

Return-path: <belfry@localhost>
{original}
--1763640000-eximdsn-804289383--
"""

SHAPES = {"Postfix": POSTFIX, "Exchange": EXCHANGE, "Gmail": GMAIL, "Exim": EXIM}


def notice(
    shape: str,
    letter_id: object,
    to: str,
    action: str = "failed",
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 no such user here",
) -> bytes:
    """What such a server would send us about it, with the line ends of a mail."""
    message_id = f"<{letter_id}@127.0.0.1>"
    original = ORIGINAL.format(to=to, message_id=message_id)
    values = {"to": to, "action": action, "status": status, "said": said, "message_id": message_id}
    text = SHAPES[shape].format(original=original, envelope_id=letter_id, **values)
    return text.replace("\n", "\r\n").encode()
