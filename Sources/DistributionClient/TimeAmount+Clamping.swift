import NIOCore

extension TimeAmount {
    /// The duration in whole nanoseconds; negative ones are zero, and what does not fit is as long as fits (292 years, halved so that a
    /// deadline made of it does not overflow).
    init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let limit: Int64 = .max / 2
        guard seconds >= 0, attoseconds >= 0 else {
            self = .zero
            return
        }
        guard seconds < limit / 1_000_000_000 else {
            self = .nanoseconds(limit)
            return
        }
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
