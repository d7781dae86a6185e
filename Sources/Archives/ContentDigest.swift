/// Takes bytes in order and comes to a number that stands for them.
///
/// Archives only needs that there is one: who calls it has the library that computes it.
package protocol ContentDigest: Sendable {
    init()
    mutating func update(_ bytes: [UInt8])
    /// The digest of all bytes so far.
    func finish() -> [UInt8]
}

/// The digest that a file was found to have: whoever reads it to its end afterwards finds out whether it is that file still.
package struct ContentPin: Sendable {
    let digestType: any ContentDigest.Type
    let digest: [UInt8]

    package init(_ digestType: any ContentDigest.Type, _ digest: [UInt8]) {
        self.digestType = digestType
        self.digest = digest
    }
}
