import ErlangTerms

/// The connected phase: calls, the signals they need, ticks, and what the node asks of us.
///
/// It begins with one call of our own, `whereis(user)`: the answer shows that the node is awake, and gives the group leader for the
/// functions we call, so that what they print goes where the node's own output goes and outlives the connection.
struct LinkMachine: ~Copyable {
    private enum GroupLeader: Hashable {
        /// The look-up is this call.
        case asked(CallID)
        case user(ProcessIdentifier)
        /// The node has no `user`: we answer I/O requests ourselves.
        case ourselves
    }

    let peer: Peer
    private let limits: ProtocolLimits
    private var calls: CallTable
    private var leader: GroupLeader
    private var ticks: TickMonitor
    private var actions: [ConnectionAction]

    init(peer: Peer, limits: ProtocolLimits) {
        self.peer = peer
        self.limits = limits
        self.calls = CallTable(peer: peer)
        self.leader = .ourselves
        self.ticks = TickMonitor()
        self.actions = []
    }

    var isEstablished: Bool { if case .asked = self.leader { false } else { true } }

    // MARK: - Events

    mutating func started() -> [ConnectionAction] {
        guard self.peer.flags.contains(.spawn) else {
            self.actions.append(.establish(self.peer))
            return self.takeActions()
        }
        let lookUp = RemoteCall("erlang", "whereis", [.atom("user")])
        let id = self.calls.add(lookUp)
        self.leader = .asked(id)
        self.send(self.request(for: lookUp, id: id))
        return self.takeActions()
    }

    mutating func frameReceived(_ frame: [UInt8]) throws(MalformedFrame) -> [ConnectionAction] {
        self.ticks.received()
        switch try IncomingFrame(decoding: frame, limits: self.limits.terms) {
        case .tick:
            // A node with a shorter tick time than ours is only content when each of its ticks is answered.
            self.send(OutgoingFrame.tick)
        case .message(let message, let payload): self.received(message, payload)
        }
        return self.takeActions()
    }

    /// Whether the node is down, by its silence.
    mutating func tickTimerFired() -> (isDown: Bool, [ConnectionAction]) {
        switch self.ticks.timerFired() {
        case .fine: return (false, [])
        case .sendTick:
            self.send(OutgoingFrame.tick)
            return (false, self.takeActions())
        case .nodeIsDown: return (true, [])
        }
    }

    mutating func callRequested(_ call: RemoteCall) -> (CallID, [ConnectionAction]) {
        let call = self.peer.flags.contains(.spawn) ? call : call.throughServer
        let id = self.calls.add(call)
        let frame = self.request(for: call, id: id)
        if frame.count - 4 > self.limits.frame {
            self.finish(id, .requestTooLarge(bytes: frame.count - 4, limit: self.limits.frame))
        } else {
            if call.method == .rpcServer {
                let monitor = ControlMessage.monitor(
                    from: self.calls.caller(of: id), target: .name("rex"), self.calls.reference(of: id))
                self.send(monitor)
            }
            self.send(frame)
        }
        return (id, self.takeActions())
    }

    /// Nobody waits for this call any more. No ``ConnectionAction/finish(_:_:)`` comes for it.
    mutating func callAbandoned(_ id: CallID) -> [ConnectionAction] {
        guard let entry = self.calls.entries[id] else { return [] }
        switch entry.stage {
        case .spawning: self.calls.setStage(.abandonedWhileSpawning, of: id)
        case .abandonedWhileSpawning: break
        case .running(let process):
            self.calls.remove(id)
            self.cleanUp(id, process, entry.abandonment)
        case .asked:
            self.calls.remove(id)
            self.demonitorServer(id)
        }
        return self.takeActions()
    }

    /// The connection is over, for this reason.
    mutating func ended(_ error: NodeError) -> [ConnectionAction] {
        for id in self.calls.removeAll() where .asked(id) != self.leader {
            self.actions.append(.finish(id, .connectionFailed(error)))
        }
        self.actions.append(.fail(error))
        return self.takeActions()
    }

    // MARK: - Messages of the node

    private mutating func received(_ message: ControlMessage, _ payload: EncodedTerm?) {
        switch message {
        case .spawnReply(let reference, _, let result): self.spawnReplied(reference, result)
        case .monitorExit(_, _, let reference, .inControlMessage(let reason)):
            self.monitoredEnded(reference, .term(reason))
        case .monitorExit(_, _, let reference, .inPayload):
            if let payload { self.monitoredEnded(reference, payload) }
        case .send(let to): if let payload { self.messageReceived(to, payload) }
        case .sendToName(_, "net_kernel"): if let payload { self.netKernelAsked(payload) }
        case .monitor(let from, let target, let reference):
            if !self.exists(target) { self.sendExit(of: target, to: from, monitor: reference) }
        case .link(let from, let to):
            if to != self.calls.process {
                self.send(.exit(from: to, to: from, .inPayload), payload: .atom("noproc"))
            }
        case .unlinkIdentified(let id, let from, let to):
            self.send(.unlinkAcknowledged(id: id, from: to, to: from))
        case .spawnRequest(let reference, let from, _, _, _):
            self.send(.spawnReply(reference, to: from, .failed("notsup")))
        case .sendToName, .sendToAlias, .exit, .exitSignal, .unlink, .unlinkAcknowledged, .groupLeader, .demonitor,
            .other:
            // Signals to processes that we do not have, or that do not change what we do.
            break
        }
    }

    private mutating func spawnReplied(_ reference: Reference, _ result: ControlMessage.SpawnResult) {
        guard let id = self.calls.call(of: reference), let entry = self.calls.entries[id] else { return }
        switch (entry.stage, result) {
        case (.spawning, .process(let process)): self.calls.setStage(.running(process), of: id)
        case (.spawning, .failed(let reason)): self.finish(id, .notSpawned(reason: reason))
        case (.abandonedWhileSpawning, .process(let process)):
            self.calls.remove(id)
            self.cleanUp(id, process, entry.abandonment)
        case (.abandonedWhileSpawning, .failed): self.calls.remove(id)
        case (.running, _), (.asked, _): break
        }
    }

    private mutating func monitoredEnded(_ reference: Reference, _ reason: EncodedTerm) {
        guard let id = self.calls.call(of: reference), let entry = self.calls.entries[id] else { return }
        switch entry.stage {
        case .spawning, .running: self.finish(id, .processEnded(reference, reason: reason))
        case .abandonedWhileSpawning: self.calls.remove(id)
        case .asked: self.finish(id, .serverDown(reason: reason))
        }
    }

    private mutating func messageReceived(_ to: ProcessIdentifier, _ payload: EncodedTerm) {
        if let id = self.calls.call(answeredAt: to) {
            self.finish(id, .serverReplied(self.calls.reference(of: id), payload))
            self.demonitorServer(id)
        } else if to == self.calls.process, let message = try? payload.decoded(limits: self.limits.terms),
            let request = InputOutputRequest(message: message)
        {
            self.send(.send(to: request.from), payload: request.reply)
        }
    }

    /// `net_adm:ping` asks `{'$gen_call', {From, Tag}, {is_auth, Node}}` and wants `{Tag, yes}`.
    private mutating func netKernelAsked(_ payload: EncodedTerm) {
        guard let call = (try? payload.decoded(limits: self.limits.terms))?.tupleElements, call.count == 3,
            call[0] == .atom("$gen_call"), let from = call[1].tupleElements, from.count == 2,
            let caller = from[0].processIdentifier, call[2].tupleElements?.first == .atom("is_auth")
        else { return }
        self.send(.send(to: caller), payload: .tuple(from[1], .atom("yes")))
    }

    private func exists(_ target: ControlMessage.Target) -> Bool {
        switch target {
        case .process(let process): process == self.calls.process || self.calls.call(answeredAt: process) != nil
        case .name(let name): name == "net_kernel"
        }
    }

    private mutating func sendExit(
        of target: ControlMessage.Target, to process: ProcessIdentifier, monitor: Reference
    ) {
        self.send(.monitorExit(from: target, to: process, monitor, .inPayload), payload: .atom("noproc"))
    }

    // MARK: - Calls

    private func request(for call: RemoteCall, id: CallID) -> [UInt8] {
        let reference = self.calls.reference(of: id)
        switch call.method {
        case .spawnedProcess:
            var options: [Term] = [.atom("monitor")]
            if call.abandonment == .kill { options.append(.atom("link")) }
            return OutgoingFrame.encoded(
                .spawnRequest(
                    reference, from: self.calls.process, groupLeader: self.groupLeader,
                    ExternalFunction(module: "erpc", function: "execute_call", arity: 4), options: options),
                payload: .list([
                    .reference(reference), .atom(call.module), .atom(call.function), .list(call.arguments),
                ]))
        case .rpcServer:
            let caller = self.calls.caller(of: id)
            return OutgoingFrame.encoded(
                .sendToName(from: caller, to: "rex"),
                payload: .tuple(
                    .atom("$gen_call"), .tuple(.pid(caller), .reference(reference)),
                    .tuple(
                        .atom("call"), .atom(call.module), .atom(call.function), .list(call.arguments), .atom("user"))))
        }
    }

    private var groupLeader: ProcessIdentifier {
        switch self.leader {
        case .asked, .ourselves: self.calls.process
        case .user(let process): process
        }
    }

    private mutating func finish(_ id: CallID, _ answer: CallAnswer) {
        self.calls.remove(id)
        guard self.leader == .asked(id) else {
            self.actions.append(.finish(id, answer))
            return
        }
        let answered = try? answer.value(limits: self.limits.terms)
        self.leader = answered?.processIdentifier.map { .user($0) } ?? .ourselves
        self.actions.append(.establish(self.peer))
    }

    /// The function of a call runs on, but nobody waits for it.
    private mutating func cleanUp(
        _ id: CallID, _ process: ProcessIdentifier, _ abandonment: RemoteCall.Abandonment
    ) {
        self.send(
            .demonitor(from: self.calls.process, target: .process(process), self.calls.reference(of: id)))
        if abandonment == .kill {
            self.send(.exitSignal(from: self.calls.process, to: process, .inPayload), payload: .atom("kill"))
        }
    }

    private mutating func demonitorServer(_ id: CallID) {
        self.send(
            .demonitor(from: self.calls.caller(of: id), target: .name("rex"), self.calls.reference(of: id)))
    }

    private mutating func send(_ message: ControlMessage, payload: Term? = nil) {
        self.send(OutgoingFrame.encoded(message, payload: payload))
    }

    private mutating func send(_ bytes: [UInt8]) {
        self.ticks.sent()
        self.actions.append(.send(bytes))
    }

    private mutating func takeActions() -> [ConnectionAction] {
        let actions = self.actions
        self.actions = []
        return actions
    }
}

extension RemoteCall {
    fileprivate var throughServer: RemoteCall {
        RemoteCall(
            self.module, self.function, self.arguments, method: .rpcServer, abandonment: self.abandonment)
    }
}
