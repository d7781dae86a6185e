import ErlangTerms

/// The calls of one connection that have no answer yet, and the terms that stand for them on the wire.
struct CallTable: Sendable {
    enum Stage: Hashable, Sendable {
        /// The request for a process is on its way.
        case spawning
        /// As before, but nobody waits any more: what comes is cleaned up.
        case abandonedWhileSpawning
        case running(ProcessIdentifier)
        /// `rex` was asked.
        case asked
    }

    struct Entry: Hashable, Sendable {
        var stage: Stage
        let abandonment: RemoteCall.Abandonment
    }

    /// Our process, as the node sees it: the one that spawns, monitors and links for all calls.
    let process: ProcessIdentifier
    private let clientName: Atom
    private let creation: UInt32
    private(set) var entries: [CallID: Entry] = [:]
    private var nextNumber: UInt64

    init(peer: Peer) {
        self.clientName = peer.clientName
        self.creation = peer.clientCreation
        self.process = ProcessIdentifier(node: peer.clientName, id: 1, serial: 0, creation: peer.clientCreation)
        self.nextNumber = 1
    }

    mutating func add(_ call: RemoteCall) -> CallID {
        let id = CallID(number: self.nextNumber)
        self.nextNumber += 1
        self.entries[id] = Entry(
            stage: call.method == .spawnedProcess ? .spawning : .asked, abandonment: call.abandonment)
        return id
    }

    mutating func setStage(_ stage: Stage, of id: CallID) { self.entries[id]?.stage = stage }

    /// Nil when the call is over already.
    @discardableResult mutating func remove(_ id: CallID) -> Entry? { self.entries.removeValue(forKey: id) }

    /// Forgets all calls; answers those that somebody waits for, oldest first.
    mutating func removeAll() -> [CallID] {
        let waiting = self.entries.filter { $0.value.stage != .abandonedWhileSpawning }.keys.sorted()
        self.entries = [:]
        return waiting
    }

    /// The reference that stands for a call: request, monitor and tag of its answer. The first word of three has 18 bits only.
    func reference(of id: CallID) -> Reference {
        Reference(
            node: self.clientName, creation: self.creation,
            words: [
                UInt32(id.number & 0x3_ffff), UInt32(truncatingIfNeeded: id.number >> 18),
                UInt32(truncatingIfNeeded: id.number >> 50),
            ])
    }

    /// The call that a reference stands for, if it is one of ours.
    func call(of reference: Reference) -> CallID? {
        guard reference.words.count == 3, reference.node == self.clientName, reference.creation == self.creation
        else { return nil }
        let number =
            UInt64(reference.words[0]) | UInt64(reference.words[1]) << 18 | UInt64(reference.words[2]) << 50
        let id = CallID(number: number)
        return self.entries[id] == nil ? nil : id
    }

    /// The process that a call through `rex` seems to come from. Each has its own, so that a reply is known without being decoded.
    func caller(of id: CallID) -> ProcessIdentifier {
        ProcessIdentifier(
            node: self.clientName, id: UInt32(truncatingIfNeeded: id.number),
            serial: UInt32(truncatingIfNeeded: id.number >> 32), creation: self.creation)
    }

    /// The call through `rex` that a message to this process answers.
    func call(answeredAt process: ProcessIdentifier) -> CallID? {
        guard process.node == self.clientName, process.creation == self.creation else { return nil }
        let id = CallID(number: UInt64(process.id) | UInt64(process.serial) << 32)
        return self.entries[id]?.stage == .asked ? id : nil
    }
}
