import ErlangTerms
import Testing

@testable import DistributionProtocol

@Suite struct ControlMessageTests {
    static let here = ProcessIdentifier(node: "a@b", id: 1, serial: 0, creation: 2)
    static let there = ProcessIdentifier(node: "c@d", id: 5, serial: 6, creation: 7)
    static let reference = Reference(node: "a@b", creation: 2, words: [1, 2, 3])

    static let all: [ControlMessage] = [
        .link(from: here, to: there), .send(to: there), .sendToName(from: here, to: "rex"),
        .sendToAlias(from: here, to: reference), .exit(from: here, to: there, .inControlMessage(.atom("x"))),
        .exit(from: here, to: there, .inPayload), .exitSignal(from: here, to: there, .inControlMessage(.atom("x"))),
        .exitSignal(from: here, to: there, .inPayload), .unlink(from: here, to: there),
        .unlinkIdentified(id: .integer(9), from: here, to: there),
        .unlinkAcknowledged(id: .integer(9), from: here, to: there), .groupLeader(from: here, to: there),
        .monitor(from: here, target: .name("rex"), reference), .monitor(from: here, target: .process(there), reference),
        .demonitor(from: here, target: .name("rex"), reference),
        .monitorExit(from: .process(there), to: here, reference, .inControlMessage(.atom("x"))),
        .monitorExit(from: .name("rex"), to: here, reference, .inPayload),
        .spawnRequest(
            reference, from: here, groupLeader: there, ExternalFunction(module: "m", function: "f", arity: 1),
            options: [.atom("monitor")]),
        .spawnReply(reference, to: here, .process(there)), .spawnReply(reference, to: here, .failed("notsup")),
        .other(operation: 99),
    ]

    @Test(arguments: all)
    func whatIsWrittenIsRead(message: ControlMessage) {
        #expect(ControlMessage(term: message.term) == message)
    }

    // Operation, and the position of the trace token that the variant adds.
    @Test(arguments: [
        (ControlMessage.send(to: there), 12, 3), (.exit(from: here, to: there, .inControlMessage(.atom("x"))), 13, 3),
        (.sendToName(from: here, to: "rex"), 16, 4),
        (.exitSignal(from: here, to: there, .inControlMessage(.atom("x"))), 18, 3), (.send(to: there), 23, 3),
        (.exit(from: here, to: there, .inPayload), 25, 3), (.exitSignal(from: here, to: there, .inPayload), 27, 3),
        (
            .spawnRequest(
                reference, from: here, groupLeader: there, ExternalFunction(module: "m", function: "f", arity: 0),
                options: []), 30, 6
        ), (.spawnReply(reference, to: here, .failed("x")), 32, 5), (.sendToAlias(from: here, to: reference), 34, 3),
    ])
    func tracedVariantsMeanTheSame(message: ControlMessage, operation: Int, position: Int) throws {
        var elements = try #require(message.term.tupleElements)
        elements[0] = .integer(operation)
        elements.insert(.tuple(.integer(1), .integer(2)), at: position)
        #expect(ControlMessage(term: .tuple(elements)) == message)
    }

    @Test(arguments: all.filter { if case .other = $0 { false } else { true } })
    func elementsThatDoNotBelongAreRefused(message: ControlMessage) throws {
        let elements = try #require(message.term.tupleElements)
        #expect(ControlMessage(term: .tuple(elements + [.integer(1), .integer(1), .integer(1)])) == nil)
        #expect(ControlMessage(term: .tuple([elements[0]])) == nil)
        for index in elements.indices.dropFirst() {
            var wrong = elements
            wrong[index] = .float(1.5) ?? .emptyList
            // The first elements of messages, and reasons, may be anything.
            if let changed = ControlMessage(term: .tuple(wrong)) { #expect(changed.hasPayload == message.hasPayload) }
        }
    }

    @Test(arguments: [
        Term.emptyList, .tuple([]), .tuple(.atom("x")), .tuple(.tuple([])), .integer(1),
        .tuple(.float(1) ?? .emptyList),
    ])
    func otherTermsAreNoControlMessages(term: Term) {
        #expect(ControlMessage(term: term) == nil)
    }
}
