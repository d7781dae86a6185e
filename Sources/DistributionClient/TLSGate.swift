import DistributionProtocol
import NIOCore
import NIOSSL
import NIOTLS

/// Stands between TLS and the distribution protocol: says when TLS is up and the certificate is that of the node, so that
/// nothing is said to anybody else.
final class TLSGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias Completion = (Result<Void, TLSFailure>) -> Void

    /// The host that the certificate must be for; nil when any will do.
    private let expectedName: String?
    private var result: Result<Void, TLSFailure>?
    private var completion: Completion?

    init(expectedName: String?) { self.expectedName = expectedName }

    /// Calls back once, as soon as it is known.
    func whenDecided(_ completion: @escaping Completion) {
        if let result { completion(result) } else { self.completion = completion }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            self.decide(self.nameMismatch(context).map { .failure($0) } ?? .success(()))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.result == nil, let failure = TLSErrors.failure(error, Self.certificate(context)) {
            self.decide(.failure(failure))
        }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.decide(.failure(.noCommonLanguage(detail: "the connection was closed")))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.decide(.failure(.failed(detail: "closed"))) }

    private func nameMismatch(_ context: ChannelHandlerContext) -> TLSFailure? {
        guard let expectedName else { return nil }
        guard let certificate = Self.certificate(context) else { return .otherName(wanted: expectedName, names: []) }
        return certificate.isFor(expectedName)
            ? nil : .otherName(wanted: expectedName, names: certificate.names)
    }

    private static func certificate(_ context: ChannelHandlerContext) -> NodeCertificate? {
        ((try? context.pipeline.syncOperations.nioSSL_peerCertificate()) ?? nil).map { NodeCertificate($0) }
    }

    private func decide(_ result: Result<Void, TLSFailure>) {
        guard self.result == nil else { return }
        self.result = result
        let completion = self.completion
        self.completion = nil
        completion?(result)
    }
}
