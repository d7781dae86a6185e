import ErlangTerms

extension ModuleFacts {
    /// What a module consists of, in digests.
    package enum Code: Hashable, Sendable {
        /// The functions in the order of the file, and a digest of the definitions of native records where there are
        /// any.
        case functions([Function], records: Digest?)
        /// Only the digest of the whole module says whether it is the same. The reason is one sentence without a
        /// period.
        case notUnderstood(reason: String)
        /// Nobody asked for it.
        case notRead
    }

    /// A function of the module, exported, local or made by the compiler.
    package struct Function: Hashable, Sendable {
        package var name: FunctionName
        /// Of its code with everything the code refers to; equal in all files in which it does the same.
        package var digest: Digest
        /// The function of the source that the compiler made this one for: of a `fun` in it, or a comprehension.
        package var generatedFor: FunctionName?
        /// It waits for messages, and local tail calls lead from it back to it: a process may stay in this version of
        /// the code for ever.
        package var hasLocalReceiveLoop: Bool
        /// It makes funs, which keep this version of the code as long as somebody holds them.
        package var makesFuns: Bool

        package init(
            _ name: FunctionName, digest: Digest, generatedFor: FunctionName? = nil,
            hasLocalReceiveLoop: Bool = false, makesFuns: Bool = false
        ) {
            self.name = name
            self.digest = digest
            self.generatedFor = generatedFor
            self.hasLocalReceiveLoop = hasLocalReceiveLoop
            self.makesFuns = makesFuns
        }
    }

    /// The 16 bytes of a digest.
    package struct Digest: Hashable, Sendable {
        package var high: UInt64
        package var low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }
}

extension ModuleFacts.FunctionName: Comparable, CustomStringConvertible {
    /// Erlang's notation, `init/1`.
    package var description: String { "\(self.name)/\(self.arity)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.name, left.arity) < (right.name, right.arity)
    }
}
