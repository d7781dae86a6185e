/// IEEE 754 bit patterns of narrower floats.
enum FloatPattern {
    /// The pattern of the nearest float of 16, 32 or 64 bits, ties to even; too large a value becomes infinity.
    static func bits(_ value: Double, width: Int) -> UInt64 {
        switch width {
        case 16: UInt64(self.half(value))
        case 32: UInt64(Float(value).bitPattern)
        default: value.bitPattern
        }
    }

    private static func half(_ value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        let size = value.magnitude
        guard size != 0 else { return sign }
        // Ten bits of fraction; below 2^-14 the lowest bit always weighs 2^-24.
        let exponent = max(Int(size.exponent), -14)
        guard exponent <= 15 else { return sign | 0x7c00 }
        let scaled = Double(sign: .plus, exponent: 10 - exponent, significand: size)
        let significand = UInt16(scaled.rounded(.toNearestOrEven))
        // A significand that rounds up to the next power of two carries into the exponent, as it must.
        return sign | (UInt16(exponent + 14) << 10) &+ significand
    }
}
