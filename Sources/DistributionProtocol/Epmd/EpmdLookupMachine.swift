import ByteParsing

/// Asks EPMD for the port of a node and, when it does not know the name, for the names that it does know.
///
/// ```
/// start ──connect──▶ connecting ──connected/send──▶ waiting ──▶ found
///                                                     │ unknown: connect again
///                                                     ▼
///                    connectingForNames ──▶ waitingForNames ──closed──▶ failed(unknown, names)
/// ```
/// The driver drops the old connection, and whatever it still delivers, when it is told to connect again.
package struct EpmdLookupMachine: ~Copyable {
    package enum Action: Hashable, Sendable {
        /// Open a (new) connection to EPMD.
        case connect
        case send([UInt8])
        /// Nothing to do until the next event.
        case wait
        /// The look-up is over: close the connection.
        case finish(EpmdRegistration)
        /// The look-up is over: close the connection.
        case fail(NodeError.Code)
    }

    private enum State: Hashable {
        case initial
        case connecting
        case waiting
        case connectingForNames
        case waitingForNames
        case finished
    }

    private let target: NodeName
    private let limit: Int
    private var state: State
    private var received: [UInt8]

    package init(target: NodeName, limits: ProtocolLimits = .default) {
        self.target = target
        self.limit = limits.epmdAnswer
        self.state = .initial
        self.received = []
    }

    /// Begins; called once.
    package mutating func started() -> Action {
        guard self.state == .initial else { return .wait }
        self.state = .connecting
        return .connect
    }

    /// The connection asked for is up.
    package mutating func connected() -> Action {
        switch self.state {
        case .connecting:
            self.state = .waiting
            return .send(EpmdRequest.port(name: self.target.name).encoded())
        case .connectingForNames:
            self.state = .waitingForNames
            return .send(EpmdRequest.names.encoded())
        case .initial, .waiting, .waitingForNames, .finished: return .wait
        }
    }

    /// The connection asked for cannot be had.
    package mutating func connectionFailed(host: String, port: Int, detail: String) -> Action {
        switch self.state {
        case .connecting: return self.fail(.epmdUnreachable(host: host, port: port, detail: detail))
        case .connectingForNames: return self.fail(.unknownToEpmd(host: self.target.host, known: nil))
        case .initial, .waiting, .waitingForNames, .finished: return .wait
        }
    }

    package mutating func bytesReceived(_ bytes: [UInt8]) -> Action {
        switch self.state {
        case .waiting, .waitingForNames: break
        case .initial, .connecting, .connectingForNames, .finished: return .wait
        }
        guard bytes.count <= self.limit - self.received.count else {
            return self.fail(.notEpmd(received: Array((self.received + bytes).prefix(16))))
        }
        self.received += bytes
        return self.state == .waiting ? self.portAnswer(isComplete: false) : .wait
    }

    /// EPMD closed the connection.
    package mutating func connectionClosed() -> Action {
        switch self.state {
        case .waiting: return self.portAnswer(isComplete: true)
        case .waitingForNames:
            // The names are help for the user: a bad answer to this second question does not change what is wrong.
            let known = try? EpmdNamesAnswer(decoding: self.received)
            return self.fail(.unknownToEpmd(host: self.target.host, known: known?.names.sorted()))
        case .initial, .connecting, .connectingForNames, .finished: return .wait
        }
    }

    private mutating func portAnswer(isComplete: Bool) -> Action {
        var cursor = ByteCursor(self.received.span)
        do throws(EpmdAnswerError) {
            switch try EpmdPortAnswer(decoding: &cursor) {
            case .registered(let registration):
                guard registration.highestVersion >= 6 else {
                    return self.fail(.tooOld(version: Int(registration.highestVersion)))
                }
                self.state = .finished
                return .finish(registration)
            case .unknown:
                self.received = []
                self.state = .connectingForNames
                return .connect
            }
        } catch {
            switch error {
            case .truncated where !isComplete: return .wait
            case .truncated, .notAnAnswer: return self.fail(.notEpmd(received: Array(self.received.prefix(16))))
            }
        }
    }

    private mutating func fail(_ code: NodeError.Code) -> Action {
        self.state = .finished
        return .fail(code)
    }
}
