/// Takes bytes in order and comes to a number that stands for them.
///
/// Archives only needs that there is one: who calls it has the library that computes it.
package protocol ContentDigest: Sendable {
    init()
    mutating func update(_ bytes: [UInt8])
    /// The digest of all bytes so far.
    func finish() -> [UInt8]
}
