package import Diagnostics

/// What it means when a node cannot be reached or a call of it fails.
extension Explanation {
    package static let nodes: [Explanation] = [
        node(
            InvalidNodeName.id, "a name of a node is not one",
            "A node is called `NAME@HOST`, as `erlang:node()` gives it.", "Give both parts, with one `@` between."),
        node(
            InvalidCookie.id, "a cookie cannot be one",
            "A cookie is text of at most 255 characters, the same on both sides.",
            "Write it in one line of the file, as the node's own cookie file has it."),
        node(
            NodeError.hostNotFound, "the host of a node is not known", "Its name does not resolve to an address.",
            "Check the part behind `@`; `getent hosts HOST` shows what the system makes of it."),
        node(
            NodeError.epmdUnreachable, "EPMD cannot be reached",
            "EPMD tells the ports of the nodes of a host. It is not running, or a firewall stands between.",
            "Start the node, which starts EPMD, or name the node's own port with `--port`."),
        node(
            NodeError.notEpmd, "what listens on EPMD's port is something else", "Its answer is none that EPMD gives.",
            "Look what listens on that port, or name the node's own port with `--port`."),
        node(
            NodeError.unknownName, "EPMD does not know a node of that name",
            "The node is not running, has another name, or was registered with an EPMD that has been restarted since.",
            "Compare with `epmd -names` on the node's host."),
        node(
            NodeError.portUnreachable, "the port of a node cannot be reached",
            "EPMD or `--port` named it, but nothing accepts connections there.",
            "Look whether the node is running, and whether a firewall lets its port through."),
        node(
            NodeError.noAnswer, "a node or EPMD did not answer in time",
            "It may be overloaded, suspended or behind a firewall that drops packets.",
            "Look at the node's load and log, then try again or give it more time."),
        node(
            NodeError.closedInHandshake, "a node closed the connection during the handshake",
            "It did not say why. Another cookie and a name that is connected already are the usual reasons.",
            "The node's log says why."),
        node(
            NodeError.wrongCookie, "the cookies differ",
            "Both sides prove that they know the same cookie; one of the proofs failed. The cookie itself was not sent.",
            "Give the node's cookie with `--cookie-file`, or in the environment variable `RELIFT_COOKIE`."),
        node(
            NodeError.otherNode, "another node answers", "What listens on the port calls itself something else.",
            "Check `--node` and `--port`, or `epmd -names` on the node's host."),
        node(
            NodeError.refused, "a node refuses the connection",
            "Our name is connected already, or `net_kernel:allow/1` on the node does not list it.",
            "Try again; if it stays, the node's log says why."),
        node(
            NodeError.tooOld, "a node is too old", "It speaks a version of the distribution protocol before OTP 23.",
            "Upgrade it by a restart."),
        node(
            NodeError.notANode, "what listens on the port is no Erlang node", "Its answer is none that a node gives.",
            "Check the port: `epmd -names` on the node's host lists the ports of its nodes."),
        node(
            NodeError.speaksTLS, "a node speaks TLS",
            "Its distribution is encrypted, and the connection was made without.",
            "Name the options of the distribution with `--tls-config`."),
        node(
            NodeError.tlsUnknownAuthority, "the certificate of a node is signed by nobody who is trusted",
            "`{verify, verify_peer}` asks for a certificate that one of `cacertfile` has signed.",
            "Name the authority as `cacertfile` of `client` in the file of `--tls-config`."),
        node(
            NodeError.tlsNotValidNow, "the certificate of a node is not valid now",
            "It has expired, or its time has not come, by the clock of this host.", "Give the node a new certificate."),
        node(
            NodeError.tlsOtherName, "the certificate of a node is for another host",
            "It must be for the part of the node's name behind the `@`, as OTP wants it, or for `server_name_indication`.",
            "Call the node by a host that its certificate has, or give it another certificate."),
        node(
            NodeError.tlsRefused, "a node refuses TLS",
            "It ended the connection by an alert, mostly because it wants a certificate that its own authority has signed.",
            "Name one as `certfile` and `keyfile` of `client` in the file of `--tls-config`; the node's log says why."),
        node(
            NodeError.tlsNotSpoken, "what listens on the port of a node does not speak TLS",
            "It answered with something else, or has no version of TLS in common with relift, which takes 1.2 and 1.3.",
            "Leave out `--tls-config` if the node does without TLS."),
        node(
            NodeError.tlsFailed, "TLS with a node failed", "The summary has the words of the library.",
            "The node's log may say more."),
        node(
            NodeError.missingCapabilities, "a node lacks what relift needs of it",
            "Both sides say in the handshake what they can do. Nodes since OTP 25 can do all of it.",
            "Look which program answers as this node."),
        node(
            NodeError.messageTooLarge, "a node sent a message over the limit",
            "The size of messages is limited, so that one cannot take all memory.", "Ask for less at once."),
        node(
            NodeError.malformedMessage, "a node sent what makes no sense",
            "The bytes are no message of the protocol; the connection was closed.",
            "Look what stands between: proxies that change traffic do this."),
        node(
            NodeError.silent, "a node has been silent for too long",
            "Nodes send a sign of life at least once in a tick time, also when there is nothing to say.",
            "Look whether the node is still running, and at its log."),
        node(
            NodeError.connectionLost, "the connection with a node was lost",
            "What was asked last may have been done or not.", "Ask `relift status` before anything is repeated."),
        node(
            NodeError.connectionClosed, "the connection with a node was closed from this side",
            "What was still asked gets no answer.", "Run the command again."),
        node(NodeError.cancelled, "connecting was cancelled", "The command was interrupted.", "Run the command again."),
        node(
            CallError.callFailed, "a call of a node failed",
            "The function was called and ended with an exception; the finding shows which.",
            "The node's log may say more."),
        node(
            CallError.undefinedFunction, "a node has no such function",
            "The application that has it is not loaded there, or in another version.",
            "Compare the versions that the node runs with `relift status`."),
        node(
            CallError.callNotStarted, "a node could not start a process for a call",
            "It may be at its limit of processes.", "Look at `erlang:system_info(process_limit)` on the node."),
        node(
            CallError.callTimedOut, "a call of a node did not answer in time", "The function may still be running.",
            "Look at the node's load and log before trying again, or give it more time."),
        node(
            CallError.callCancelled, "waiting for a call was cancelled", "The function may still be running.",
            "Ask `relift status` what the node runs."),
        node(
            CallError.unreadableAnswer, "the answer of a call cannot be read", "It is over a limit or damaged.",
            "Ask for less at once."),
        node(
            CallError.requestTooLarge, "the arguments of a call are too large", "Nothing was sent.",
            "Ask for less at once."),
    ]

    private static func node(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example([], ["relift status --root /opt/shop"], isComplete: false), wayOut: wayOut)
    }
}
