import ErlangTerms
import Testing

@testable import DistributionProtocol

/// Calls in the connected phase, signal by signal.
@Suite struct RemoteCallTests {
    static let node = "wire@localhost" as Atom
    static let user = ProcessIdentifier(node: node, id: 70, serial: 0, creation: 9)
    static let worker = ProcessIdentifier(node: node, id: 90, serial: 1, creation: 9)

    private func peer(_ flags: CapabilityFlags = .announced) throws -> Peer {
        Peer(
            node: try NodeName(validating: "wire@localhost"), creation: 9, flags: flags, clientName: "c@h",
            clientCreation: 7)
    }

    /// A machine whose look-up of `user` was answered with `leader`.
    private func established(_ leader: Term = .pid(user), limits: ProtocolLimits = .default) throws -> LinkMachine {
        var link = LinkMachine(peer: try self.peer(), limits: limits)
        _ = link.started()
        let isEstablished = link.isEstablished
        #expect(!isEstablished)
        let actions = try link.frameReceived(
            self.frame(
                .monitorExit(from: .process(Self.worker), to: self.us, self.reference(1), .inPayload),
                .tuple(.reference(self.reference(1)), .atom("return"), leader)))
        #expect(actions == [.establish(try self.peer())])
        return link
    }

    private var us: ProcessIdentifier { ProcessIdentifier(node: "c@h", id: 1, serial: 0, creation: 7) }

    private func reference(_ number: UInt32) -> Reference {
        Reference(node: "c@h", creation: 7, words: [number, 0, 0])
    }

    private func frame(_ message: ControlMessage, _ payload: Term? = nil) -> [UInt8] {
        Array(OutgoingFrame.encoded(message, payload: payload).dropFirst(4))
    }

    private func sent(_ message: ControlMessage, _ payload: Term? = nil) -> ConnectionAction {
        .send(OutgoingFrame.encoded(message, payload: payload))
    }

    private func spawned(_ number: UInt32) -> [UInt8] {
        self.frame(.spawnReply(self.reference(number), to: self.us, .process(Self.worker)))
    }

    private func ended(_ number: UInt32, _ reason: Term) -> [UInt8] {
        self.frame(
            .monitorExit(from: .process(Self.worker), to: self.us, self.reference(number), .inPayload), reason)
    }

    private func request(_ number: UInt32, leader: ProcessIdentifier, options: [Term] = [.atom("monitor")])
        -> ConnectionAction
    {
        self.sent(
            .spawnRequest(
                self.reference(number), from: self.us, groupLeader: leader,
                ExternalFunction(module: "erpc", function: "execute_call", arity: 4), options: options),
            .list([.reference(self.reference(number)), .atom("m"), .atom("f"), .list([.integer(1)])]))
    }

    private let call = RemoteCall("m", "f", [.integer(1)])

    @Test func theNodesUserLeadsTheCalledFunctions() throws {
        var link = try self.established()
        let (_, actions) = link.callRequested(self.call)
        #expect(actions == [self.request(2, leader: Self.user)])
    }

    @Test(arguments: [Term.atom("undefined"), .integer(1)])
    func withoutUserWeLeadOurselves(answer: Term) throws {
        var link = try self.established(answer)
        let (_, actions) = link.callRequested(self.call)
        #expect(actions == [self.request(2, leader: self.us)])
    }

    @Test func aNodeThatCannotSpawnIsAskedThroughItsServer() throws {
        var link = LinkMachine(peer: try self.peer(.announced.subtracting(.spawn)), limits: .default)
        #expect(link.started() == [.establish(try self.peer(.announced.subtracting(.spawn)))])
        let caller = ProcessIdentifier(node: "c@h", id: 1, serial: 0, creation: 7)
        let (id, actions) = link.callRequested(self.call)
        #expect(
            actions == [
                self.sent(.monitor(from: caller, target: .name("rex"), self.reference(1))),
                self.sent(
                    .sendToName(from: caller, to: "rex"),
                    .tuple(
                        .atom("$gen_call"), .tuple(.pid(caller), .reference(self.reference(1))),
                        .tuple(.atom("call"), .atom("m"), .atom("f"), .list([.integer(1)]), .atom("user")))),
            ])
        let reply = Term.tuple(.reference(self.reference(1)), .atom("fine"))
        #expect(
            try link.frameReceived(self.frame(.send(to: caller), reply)) == [
                .finish(id, .serverReplied(self.reference(1), .bytes(ExternalTerm.encode(reply)))),
                self.sent(.demonitor(from: caller, target: .name("rex"), self.reference(1))),
            ])
    }

    @Test func aMissingServerFailsTheCall() throws {
        var link = try self.established()
        let (id, _) = link.callRequested(RemoteCall("m", "f", [], method: .rpcServer))
        let caller = ProcessIdentifier(node: "c@h", id: 2, serial: 0, creation: 7)
        let actions = try link.frameReceived(
            self.frame(.monitorExit(from: .name("rex"), to: caller, self.reference(2), .inPayload), .atom("noproc")))
        #expect(actions == [.finish(id, .serverDown(reason: .bytes(ExternalTerm.encode(.atom("noproc")))))])
    }

    @Test func aCallThatIsNotSpawnedFails() throws {
        var link = try self.established()
        let (id, _) = link.callRequested(self.call)
        let refused = self.frame(.spawnReply(self.reference(2), to: self.us, .failed("system_limit")))
        #expect(try link.frameReceived(refused) == [.finish(id, .notSpawned(reason: "system_limit"))])
        #expect(try link.frameReceived(refused) == [])
    }

    @Test func answersMayComeInAnyOrder() throws {
        var link = try self.established()
        let ids = (0..<3).map { _ in link.callRequested(self.call).0 }
        for number in [4, 2, 3] as [UInt32] {
            _ = try link.frameReceived(self.spawned(number))
            let reason = Term.tuple(.reference(self.reference(number)), .atom("return"), .integer(Int(number)))
            #expect(
                try link.frameReceived(self.ended(number, reason)) == [
                    .finish(
                        ids[Int(number) - 2],
                        .processEnded(self.reference(number), reason: .bytes(ExternalTerm.encode(reason))))
                ])
        }
    }

    @Test func anAbandonedCallIsNotMonitoredAnyMore() throws {
        var link = try self.established()
        let (id, _) = link.callRequested(self.call)
        _ = try link.frameReceived(self.spawned(2))
        #expect(
            link.callAbandoned(id) == [
                self.sent(.demonitor(from: self.us, target: .process(Self.worker), self.reference(2)))
            ])
        #expect(link.callAbandoned(id) == [])
        #expect(try link.frameReceived(self.ended(2, .atom("x"))) == [])
    }

    @Test func aCallAbandonedBeforeItsProcessIsKnownIsCleanedUpThen() throws {
        var link = try self.established()
        let (id, _) = link.callRequested(self.call)
        #expect(link.callAbandoned(id) == [])
        #expect(
            try link.frameReceived(self.spawned(2)) == [
                self.sent(.demonitor(from: self.us, target: .process(Self.worker), self.reference(2)))
            ])
        #expect(try link.frameReceived(self.ended(2, .atom("x"))) == [])
    }

    @Test func aCallThatShallNotOutliveItsCallerIsLinkedAndKilled() throws {
        var link = try self.established()
        let (id, actions) = link.callRequested(RemoteCall("m", "f", [.integer(1)], abandonment: .kill))
        #expect(actions == [self.request(2, leader: Self.user, options: [.atom("monitor"), .atom("link")])])
        _ = try link.frameReceived(self.spawned(2))
        #expect(
            link.callAbandoned(id) == [
                self.sent(.demonitor(from: self.us, target: .process(Self.worker), self.reference(2))),
                self.sent(.exitSignal(from: self.us, to: Self.worker, .inPayload), .atom("kill")),
            ])
    }

    @Test func theEndOfTheConnectionFailsAllCallsThatSomebodyWaitsFor() throws {
        var link = try self.established()
        let ids = (0..<4).map { _ in link.callRequested(self.call).0 }
        _ = link.callAbandoned(ids[1])
        let error = NodeError(.silent(seconds: 60), node: try self.peer().node)
        #expect(
            link.ended(error) == [
                .finish(ids[0], .connectionFailed(error)), .finish(ids[2], .connectionFailed(error)),
                .finish(ids[3], .connectionFailed(error)), .fail(error),
            ])
        #expect(link.ended(error) == [.fail(error)])
    }

    @Test func aRequestOverTheLimitIsNotSent() throws {
        var limits = ProtocolLimits()
        limits.frame = 1000
        var link = try self.established(limits: limits)
        let (id, actions) = link.callRequested(RemoteCall("m", "f", [.binary([UInt8](repeating: 0, count: 1000))]))
        guard case .finish(id, .requestTooLarge(let bytes, 1000)) = actions.first, actions.count == 1 else {
            Issue.record("the request was sent")
            return
        }
        #expect(bytes > 1000)
    }

    @Test func strangersReferencesAreIgnored() throws {
        var link = try self.established()
        _ = link.callRequested(self.call)
        for reference in [
            Reference(node: "other@h", creation: 7, words: [2, 0, 0]),
            Reference(node: "c@h", creation: 8, words: [2, 0, 0]), Reference(node: "c@h", creation: 7, words: [2]),
            Reference(node: "c@h", creation: 7, words: [3, 0, 0]),
            Reference(node: "c@h", creation: 7, words: [.max, .max, .max]),
        ] {
            let actions = try link.frameReceived(
                self.frame(
                    .monitorExit(from: .process(Self.worker), to: self.us, reference, .inPayload), .atom("x")))
            #expect(actions == [])
        }
    }

    @Test func referencesOfManyCallsAreToldApart() throws {
        var calls = CallTable(peer: try self.peer())
        for _ in 0..<3 { _ = calls.add(self.call) }
        for number in [1, 2, 3] as [UInt64] {
            #expect(calls.call(of: calls.reference(of: CallID(number: number))) == CallID(number: number))
        }
        let numbers = [0x3_ffff, 0x4_0000, 0x3_ffff_ffff_ffff, 0x4_0000_0000_0000, .max] as [UInt64]
        let references = numbers.map { calls.reference(of: CallID(number: $0)) }
        #expect(Set(references).count == numbers.count)
        #expect(references.allSatisfy { $0.words[0] <= 0x3_ffff })
    }

    @Test(arguments: [
        (Term.tuple(.atom("put_chars"), .atom("unicode"), .binary([65])), Term.atom("ok")),
        (.tuple(.atom("requests"), .list([])), .atom("ok")),
        (.tuple(.atom("get_line"), .atom("unicode"), .string(">")), .atom("eof")),
        (.tuple(.atom("setopts"), .list([])), .tuple(.atom("error"), .atom("enotsup"))),
        (.atom("getopts"), .tuple(.atom("error"), .atom("enotsup"))),
        (.string("?"), .tuple(.atom("error"), .atom("request"))),
    ])
    func nothingHangsOnUsAsGroupLeader(request: Term, answer: Term) throws {
        var link = try self.established(.atom("undefined"))
        let message = Term.tuple(.atom("io_request"), .pid(Self.worker), .integer(5), request)
        #expect(
            try link.frameReceived(self.frame(.send(to: self.us), message)) == [
                self.sent(.send(to: Self.worker), .tuple(.atom("io_reply"), .integer(5), answer))
            ])
    }

    @Test func signalsToProcessesThatWeDoNotHaveAreAnswered() throws {
        var link = try self.established()
        let nobody = ProcessIdentifier(node: "c@h", id: 999, serial: 0, creation: 7)
        let theirs = Reference(node: Self.node, creation: 9, words: [5, 6, 7])
        func reactions(_ message: ControlMessage, _ payload: Term? = nil) throws -> [ConnectionAction] {
            try link.frameReceived(self.frame(message, payload))
        }
        #expect(try reactions(.monitor(from: Self.worker, target: .process(self.us), theirs)) == [])
        #expect(try reactions(.monitor(from: Self.worker, target: .name("net_kernel"), theirs)) == [])
        #expect(
            try reactions(.monitor(from: Self.worker, target: .process(nobody), theirs)) == [
                self.sent(.monitorExit(from: .process(nobody), to: Self.worker, theirs, .inPayload), .atom("noproc"))
            ])
        #expect(
            try reactions(.monitor(from: Self.worker, target: .name("rex"), theirs)) == [
                self.sent(.monitorExit(from: .name("rex"), to: Self.worker, theirs, .inPayload), .atom("noproc"))
            ])
        #expect(try reactions(.link(from: Self.worker, to: self.us)) == [])
        #expect(
            try reactions(.link(from: Self.worker, to: nobody)) == [
                self.sent(.exit(from: nobody, to: Self.worker, .inPayload), .atom("noproc"))
            ])
        #expect(
            try reactions(.unlinkIdentified(id: .integer(3), from: Self.worker, to: self.us)) == [
                self.sent(.unlinkAcknowledged(id: .integer(3), from: self.us, to: Self.worker))
            ])
        #expect(
            try reactions(
                .spawnRequest(
                    theirs, from: Self.worker, groupLeader: Self.user,
                    ExternalFunction(module: "m", function: "f", arity: 0), options: []), .emptyList) == [
                    self.sent(.spawnReply(theirs, to: Self.worker, .failed("notsup")))
                ])
        for message in [
            ControlMessage.sendToName(from: Self.worker, to: "global_name_server"),
            .exit(from: Self.worker, to: self.us, .inPayload), .exitSignal(from: Self.worker, to: self.us, .inPayload),
            .send(to: nobody), .send(to: self.us), .sendToName(from: Self.worker, to: "net_kernel"),
        ] {
            #expect(try reactions(message, .atom("whatever")) == [])
        }
        #expect(try reactions(.groupLeader(from: Self.worker, to: self.us)) == [])
        #expect(try reactions(.other(operation: 77)) == [])
    }

    @Test func anAnswerInTheControlMessageCountsToo() throws {
        var link = try self.established()
        let (id, _) = link.callRequested(self.call)
        let reason = Term.tuple(.reference(self.reference(2)), .atom("return"), .atom("v"))
        let actions = try link.frameReceived(
            self.frame(
                .monitorExit(
                    from: .process(Self.worker), to: self.us, self.reference(2), .inControlMessage(reason))))
        #expect(actions == [.finish(id, .processEnded(self.reference(2), reason: .term(reason)))])
    }
}

@Suite struct CallAnswerTests {
    static let reference = Reference(node: "c@h", creation: 7, words: [2, 0, 0])
    static let other = Reference(node: "c@h", creation: 7, words: [3, 0, 0])

    static func ended(_ elements: Term...) -> CallAnswer {
        .processEnded(self.reference, reason: .bytes(ExternalTerm.encode(.tuple(elements))))
    }

    @Test(arguments: [
        (ended(.reference(reference), .atom("throw"), .integer(1)), CallError.Code.thrown(.integer(1))),
        (ended(.reference(reference), .atom("exit"), .integer(1)), .exited(.integer(1))),
        (
            ended(.reference(reference), .atom("error"), .integer(1), .emptyList),
            .raised(.integer(1), stack: .emptyList)
        ),
        (ended(.reference(reference), .atom("error"), .integer(1)), .raised(.integer(1), stack: .emptyList)),
        (.processEnded(reference, reason: .term(.atom("killed"))), .ended(reason: .atom("killed"))),
        (.notSpawned(reason: "system_limit"), .notSpawned("system_limit")),
        (.serverDown(reason: .term(.atom("noproc"))), .serverDown(reason: .atom("noproc"))),
        (.requestTooLarge(bytes: 2, limit: 1), .requestTooLarge(bytes: 2, limit: 1)),
        (
            .serverReplied(reference, .term(.tuple(.reference(reference), .tuple(.atom("badrpc"), .atom("nodedown"))))),
            .badRPC(.atom("nodedown"))
        ),
    ])
    func whatWentWrongIsTyped(answer: CallAnswer, code: CallError.Code) {
        #expect(throws: code) { try answer.value() }
    }

    @Test func valuesComeOut() throws {
        #expect(try Self.ended(.reference(Self.reference), .atom("return"), .integer(1)).value() == .integer(1))
        let reply = Term.tuple(.reference(Self.reference), .tuple(.atom("badrpc"), .integer(1), .integer(2)))
        #expect(
            try CallAnswer.serverReplied(Self.reference, .term(reply)).value()
                == .tuple(.atom("badrpc"), .integer(1), .integer(2)))
    }

    @Test(arguments: [
        ended(.reference(other), .atom("return"), .integer(1)), ended(.reference(reference), .atom("return")),
        ended(.reference(reference), .atom("shrug"), .integer(1)), ended(),
        .serverReplied(reference, .term(.tuple(.reference(other), .integer(1)))),
        .serverReplied(reference, .term(.atom("x"))),
    ])
    func otherShapesAreNoValues(answer: CallAnswer) {
        #expect { try answer.value() } throws: { error in
            if case .ended = error as? CallError.Code { true } else { false }
        }
    }

    @Test func anAnswerOverTheLimitsFailsOnlyItsCall() {
        var limits = ExternalTermLimits.default
        limits.nodes = 10
        let many = Term.list((0..<100).map { .integer($0 + 300) })
        #expect { try Self.ended(.reference(Self.reference), .atom("return"), many).value(limits: limits) } throws: {
            error in if case .unreadableAnswer = error as? CallError.Code { true } else { false }
        }
    }
}
