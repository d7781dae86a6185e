extension NodeError: CustomStringConvertible {
    /// What is wrong, in one clause: lower case, no period, values in backticks.
    package var description: String {
        let node = "`\(self.node)`"
        return switch self.code {
        case .hostNotFound(let host, let detail): "the host `\(host)` of node \(node) cannot be found (\(detail))"
        case .epmdUnreachable(let host, let port, let detail):
            "EPMD, which knows the port of node \(node), cannot be reached at `\(host)` port \(port) (\(detail))"
        case .notEpmd(let received):
            "what listens on EPMD's port at the host of node \(node) is not EPMD; it answered \(Self.shown(received))"
        case .unknownToEpmd(let host, _): "EPMD at `\(host)` does not know a node named `\(self.node.name)`"
        case .portUnreachable(let host, let port, let detail):
            "node \(node) cannot be reached at `\(host)` port \(port) (\(detail))"
        case .timedOut(let phase): self.text(of: phase)
        case .closed(.status):
            "what listens on the port of node \(node) closed the connection when it had heard our name"
        case .closed(.challenge), .closed(.acknowledgement):
            "node \(node) closed the connection in the middle of the handshake"
        case .wrongCookie(.nodeRefusedOurs):
            "node \(node) has another cookie: it closed the connection when it had checked ours"
        case .wrongCookie(.nodeHasAnother):
            "node \(node) has another cookie: it accepted us, but could not prove that it knows ours"
        case .otherNode(let answered): "the node that answers calls itself `\(Self.visible(answered))`, not \(node)"
        case .alreadyConnected: "node \(node) says that our name is connected to it already"
        case .connectingToUs: "node \(node) says that it is just connecting to our name itself"
        case .notAllowed: "node \(node) does not allow us to connect"
        case .refused(let status):
            "node \(node) refused the connection with the unknown status `\(Self.visible(status))`"
        case .tooOld(let version):
            "node \(node) speaks version \(version) of the distribution protocol; at least version 6 is needed"
        case .notANode(let received):
            "what listens on the port of node \(node) is not an Erlang node; it answered \(Self.shown(received))"
        case .speaksTLS: "what listens on the port of node \(node) speaks TLS"
        case .tls(let failure): failure.text(of: node)
        case .missingCapabilities(let names):
            "node \(node) lacks capabilities that we need: \(names.joined(separator: ", "))"
        case .frameTooLarge(let length, let limit):
            "node \(node) announced a message of \(length) bytes; we take at most \(limit)"
        case .malformed(.handshake, let offset, let bytes):
            "node \(node) sent a handshake message that cannot be read at byte \(offset): \(Self.shown(bytes))"
        case .malformed(.control, let offset, let bytes):
            "node \(node) sent a message that cannot be read at byte \(offset): \(Self.shown(bytes))"
        case .silent(let seconds): "node \(node) has been silent for \(seconds) seconds"
        case .lost(let detail):
            "the connection with node \(node) was lost" + (detail.isEmpty ? "" : " (\(detail))")
        case .closedByUs: "the connection with node \(node) was closed by us"
        case .cancelled: "connecting to node \(node) was cancelled"
        }
    }

    /// The way out; empty where there is none to name.
    package var help: [String] {
        switch self.code {
        case .hostNotFound:
            [
                "check the part after the `@`, or name the address: `\(self.node.name)@127.0.0.1` if the node has long names"
            ]
        case .epmdUnreachable(let host, _, _):
            [
                "is a distributed node running on `\(host)`? The first one starts EPMD; `epmd -names` lists what is running there",
                "for a node without EPMD name its port with `--port`",
            ]
        case .notEpmd: ["look what listens on that port, or name the node's own port with `--port`"]
        case .unknownToEpmd(_, let known): self.helpForUnknown(known)
        case .portUnreachable:
            ["has the node stopped? Is the port open for this host? A port that EPMD told changes with every start"]
        case .timedOut(.handshake), .timedOut(.firstAnswer):
            ["the node may be overloaded, suspended or in a crash dump; look at its log before trying again"]
        case .timedOut(.epmd), .timedOut(.connect): ["check that no firewall drops the packets, or give it more time"]
        case .closed(.status):
            ["check that the port is that of an Erlang node of OTP 23 or later without TLS distribution"]
        case .closed(.challenge), .closed(.acknowledgement): ["the node's log says why"]
        case .wrongCookie:
            [
                "find the node's cookie: `releases/COOKIE`, `-setcookie` in its `vm.args`, or `~/.erlang.cookie` of its user"
            ]
        case .otherNode(let answered):
            ["ask for `\(Self.visible(answered))` if that is the node you mean, else check the port"]
        case .alreadyConnected, .connectingToUs: ["try again"]
        case .notAllowed: ["see `net_kernel:allow/1` on the node, and its log"]
        case .refused, .malformed, .missingCapabilities:
            ["check that the port is that of an Erlang node of OTP 23 or later"]
        case .tooOld: ["OTP 23 is the oldest that can be connected to"]
        case .notANode: ["check the port: `epmd -names` on the node's host lists the ports of its nodes"]
        case .speaksTLS: ["if the node uses TLS distribution, name its options with `--tls-config`"]
        case .tls(let failure): failure.help
        case .timedOut(.tls):
            ["does the node run with `-proto_dist inet_tls`? Without it, leave out `--tls-config`"]
        case .frameTooLarge: ["ask for less at once"]
        case .silent, .lost: ["look whether the node is still running, and at its log"]
        case .closedByUs, .cancelled: []
        }
    }

    private func text(of phase: Phase) -> String {
        switch phase {
        case .epmd: "EPMD, which knows the port of node `\(self.node)`, did not answer in time"
        case .connect: "node `\(self.node)` did not accept the connection in time"
        case .tls: "what listens on the port of node `\(self.node)` did not agree on TLS in time"
        case .handshake(.status):
            "what listens on the port of node `\(self.node)` accepted the connection and then said nothing"
        case .handshake(.challenge), .handshake(.acknowledgement):
            "node `\(self.node)` stopped in the middle of the handshake"
        case .firstAnswer: "node `\(self.node)` let us in, but did not answer in time"
        }
    }

    private func helpForUnknown(_ known: [String]?) -> [String] {
        let help = [
            "start the node if it has stopped",
            "if it runs: with `-name` or `-sname` it is known to EPMD; else name its port with `--port`",
        ]
        guard let known else { return help }
        if known.isEmpty { return help }
        let names = known.map { "`\(Self.visible($0))@\(self.node.host)`" }.joined(separator: ", ")
        return ["EPMD knows \(names)"] + help
    }

    /// A text of the other end for a message: cut, and without what a terminal would obey.
    private static func visible(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(255) {
            let isVisible = scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar != "`"
            shown.unicodeScalars.append(isVisible ? scalar : "\u{fffd}")
        }
        return shown
    }

    /// Bytes for a message: as text where they are visible, else in hexadecimal.
    private static func shown(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "nothing" }
        let line = bytes.prefix { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "`") }
        if line.count >= 4 { return "`\(String(decoding: line, as: UTF8.self))`" }
        let pairs = bytes.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "`\(pairs.joined(separator: " "))`"
    }
}
