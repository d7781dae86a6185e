/// What a connection's machine wants done. Actions of one event are performed in their order.
package enum ConnectionAction: Hashable, Sendable {
    /// Write these bytes.
    case send([UInt8])
    /// The node is connected and answers: calls may be made.
    case establish(Peer)
    /// The call has its answer; given once for each call.
    case finish(CallID, CallAnswer)
    /// The connection is over: close it. All calls have been finished before.
    case fail(NodeError)
    /// Close the connection as the caller asked.
    case close
}
