/// An open descriptor with one owner, closed when that goes away.
struct OpenDescriptor: ~Copyable, Sendable {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    deinit { SystemCalls.close(self.number) }
}

/// A regular file that was opened to be read, and what the system said of it then.
struct OpenFile: ~Copyable, Sendable {
    let descriptor: OpenDescriptor
    let facts: HostFileFacts
}
