/// An open descriptor with one owner, closed when that goes away.
struct OpenDescriptor: ~Copyable, Sendable {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    deinit { SystemCalls.close(self.number) }
}
