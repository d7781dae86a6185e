import ErlangTerms

/// The whole life of a connection with a node, from the moment TCP is up.
///
/// ```
/// handshaking ──establish──▶ connected ──▶ closed
///       └──────────fail──────────────────────▶
/// ```
/// Events are methods named after what happened; each answers the actions to perform. `fail` and `close` come at most once; after either,
/// events have no effect.
package struct ConnectionMachine: ~Copyable {
    private let target: NodeName
    private let limits: ProtocolLimits
    private let tickTime: Int
    private var frames: FrameAssembler
    /// Whether a whole frame came from the other end yet.
    private var hasHeard: Bool
    private var state: State

    /// `tickTime` is the net tick time in seconds: ``tickTimerFired()`` has to be called four times in it. `handshakeWidth` is that of
    /// the lengths until the handshake is over: four bytes over TLS.
    package init(
        target: NodeName, cookie: Cookie, identity: ClientIdentity, limits: ProtocolLimits = .default,
        tickTime: Int = 60, handshakeWidth: FrameAssembler.LengthWidth = .two
    ) {
        self.target = target
        self.limits = limits
        self.tickTime = tickTime
        self.frames = FrameAssembler(width: handshakeWidth, limit: limits.handshakeFrame)
        self.hasHeard = false
        self.state = .handshaking(
            HandshakeMachine(target: target, cookie: cookie, identity: identity, width: handshakeWidth))
    }

    /// Whether the connection failed or was closed.
    package var isClosed: Bool {
        switch self.state {
        case .closed: true
        case .handshaking: false
        case .connected: false
        }
    }

    // MARK: - Events of the connection

    /// TCP is up; called once, first.
    package mutating func connected() -> [ConnectionAction] {
        self.take(self.state.step(handshaking: { .handshake($0.connected()) }, connected: { _ in .nothing }))
    }

    /// Bytes came, in whatever pieces.
    package mutating func bytesReceived(_ bytes: [UInt8]) -> [ConnectionAction] {
        guard !self.isClosed else { return [] }
        self.frames.append(bytes)
        var actions: [ConnectionAction] = []
        while !self.isClosed {
            do throws(FrameTooLarge) {
                guard let frame = try self.frames.next() else { break }
                actions += self.frameReceived(frame)
            } catch {
                actions += self.take(.end(self.reason(for: error)))
            }
        }
        return actions
    }

    /// The node closed the connection.
    package mutating func connectionClosed() -> [ConnectionAction] {
        self.take(
            self.state.step(
                handshaking: { .handshake($0.connectionClosed()) },
                connected: { _ in .end(.lost(detail: "the node closed it")) }))
    }

    /// The connection broke; `detail` is the system's reason.
    package mutating func connectionLost(detail: String) -> [ConnectionAction] {
        self.take(
            self.state.step(
                handshaking: { .handshake($0.connectionLost(detail: detail)) },
                connected: { _ in .end(.lost(detail: detail)) }))
    }

    /// TLS was ended by the node, or broke.
    package mutating func tlsFailed(_ failure: TLSFailure) -> [ConnectionAction] {
        self.take(.end(.tls(failure)))
    }

    /// The time for connecting is up. Without effect once the connection is established.
    package mutating func connectTimeoutFired() -> [ConnectionAction] {
        self.take(
            self.state.step(
                handshaking: { .handshake($0.timedOut()) },
                connected: { $0.isEstablished ? .nothing : .end(.timedOut(.firstAnswer)) }))
    }

    /// A quarter of the tick time is over. Without effect before the handshake is done.
    package mutating func tickTimerFired() -> [ConnectionAction] {
        let tickTime = self.tickTime
        return self.take(
            self.state.step(
                handshaking: { _ in .nothing },
                connected: { link in
                    let (isDown, actions) = link.tickTimerFired()
                    return isDown ? .end(.silent(seconds: tickTime)) : .link(actions)
                }))
    }

    // MARK: - Events of the caller

    /// A function is to be called. Its answer is a ``ConnectionAction/finish(_:_:)``, which may be among the actions already.
    package mutating func callRequested(_ call: RemoteCall) -> (CallID, [ConnectionAction]) {
        let target = self.target
        return self.state.request(call, whileHandshaking: NodeError(.lost(detail: "it was not up yet"), node: target))
    }

    /// Nobody waits for this call any more: its deadline is over or its caller was cancelled. It will not be finished.
    package mutating func callAbandoned(_ id: CallID) -> [ConnectionAction] {
        self.take(self.state.step(handshaking: { _ in .nothing }, connected: { .link($0.callAbandoned(id)) }))
    }

    /// The connection is not needed any more.
    package mutating func closeRequested() -> [ConnectionAction] {
        self.take(.end(.closedByUs)).map { action in
            if case .fail = action { .close } else { action }
        }
    }

    // MARK: - Steps

    private mutating func frameReceived(_ frame: [UInt8]) -> [ConnectionAction] {
        self.hasHeard = true
        return self.take(
            self.state.step(
                handshaking: { .handshake($0.messageReceived(frame)) },
                connected: { link in
                    do throws(MalformedFrame) {
                        return .link(try link.frameReceived(frame))
                    } catch {
                        return .end(.malformed(.control, offset: error.offset, bytes: Array(frame.prefix(16))))
                    }
                }))
    }

    /// What a frame that is too long means: other protocols show by their first bytes, which are no sensible length.
    private func reason(for error: FrameTooLarge) -> NodeError.Code {
        guard !self.hasHeard else { return .frameTooLarge(length: error.length, limit: error.limit) }
        let start = Array(self.frames.pending.prefix(16))
        // A TLS alert or handshake record: its type, then major version 3.
        if start.count >= 2, start[0] == 0x15 || start[0] == 0x16, start[1] == 3 { return .speaksTLS }
        return .notANode(received: start)
    }

    private mutating func take(_ step: Step) -> [ConnectionAction] {
        switch step {
        case .nothing: return []
        case .link(let actions): return actions
        case .end(let code): return self.state.end(NodeError(code, node: self.target))
        case .handshake(let actions):
            var result: [ConnectionAction] = []
            for action in actions {
                switch action {
                case .send(let bytes): result.append(.send(bytes))
                case .fail(let code): result += self.state.end(NodeError(code, node: self.target))
                case .establish(let peer): result += self.handshakeFinished(peer)
                }
            }
            return result
        }
    }

    private mutating func handshakeFinished(_ peer: Peer) -> [ConnectionAction] {
        self.frames.width = .four
        self.frames.limit = self.limits.frame
        var link = LinkMachine(peer: peer, limits: self.limits)
        let actions = link.started()
        self.state = .connected(link)
        return actions
    }
}

// MARK: - State

extension ConnectionMachine {
    /// What an event led to in the machine of the current state.
    private enum Step {
        case nothing
        case handshake([HandshakeMachine.Action])
        case link([ConnectionAction])
        case end(NodeError.Code)
    }

    private enum State: ~Copyable {
        case handshaking(HandshakeMachine)
        case connected(LinkMachine)
        /// Why.
        case closed(NodeError)

        /// Gives an event to the machine of the state.
        mutating func step(
            handshaking: (inout HandshakeMachine) -> Step, connected: (inout LinkMachine) -> Step
        ) -> Step {
            switch consume self {
            case .handshaking(var machine):
                let step = handshaking(&machine)
                self = .handshaking(machine)
                return step
            case .connected(var machine):
                let step = connected(&machine)
                self = .connected(machine)
                return step
            case .closed(let error):
                self = .closed(error)
                return .nothing
            }
        }

        /// Ends the connection for this reason, and with it all calls.
        mutating func end(_ error: NodeError) -> [ConnectionAction] {
            switch consume self {
            case .handshaking:
                self = .closed(error)
                return [.fail(error)]
            case .connected(var machine):
                let actions = machine.ended(error)
                self = .closed(error)
                return actions
            case .closed(let earlier):
                self = .closed(earlier)
                return []
            }
        }

        mutating func request(
            _ call: RemoteCall, whileHandshaking notYet: NodeError
        ) -> (CallID, [ConnectionAction]) {
            let refused = CallID(number: 0)
            switch consume self {
            case .handshaking(let machine):
                self = .handshaking(machine)
                return (refused, [.finish(refused, .connectionFailed(notYet))])
            case .connected(var machine):
                let result = machine.callRequested(call)
                self = .connected(machine)
                return result
            case .closed(let error):
                self = .closed(error)
                return (refused, [.finish(refused, .connectionFailed(error))])
            }
        }
    }
}
