import BigInt

/// Floats written in other bases than ten.
enum BasedFloat {
    /// `magnitude * base^power` as `erl_scan` computes it (OTP 28 and later): the power is rounded first, then the
    /// product, so that bases other than powers of two can miss the nearest float by one. Nil when out of range.
    static func value(_ magnitude: BigUInt, base: Int, power: Int) -> Double? {
        guard let scale = self.power(base, power) else { return nil }
        let value = Double(magnitude) * scale
        return value.isFinite ? value : nil
    }

    /// The double nearest to `base^power`, ties to even; nil when that is too large.
    private static func power(_ base: Int, _ power: Int) -> Double? {
        // No double is larger than 2^1024 or, but for rounding, smaller than 2^-1074; every base is at least 2.
        guard power < 1_100 else { return nil }
        guard power > -1_200 else { return 0 }
        let scale = BigUInt(base).power(abs(power))
        return power < 0 ? self.quotient(1, scale) : self.quotient(scale, 1)
    }

    private static func quotient(_ numerator: BigUInt, _ denominator: BigUInt) -> Double? {
        // The quotient's highest bit has this weight, or one less.
        let weight = numerator.bitWidth - denominator.bitWidth
        guard weight <= 1_025 else { return nil }
        // Keep 55 bits or more of it: 53 for the double, the others and the remainder to round by; fewer for
        // subnormal numbers, whose lowest bit always weighs 2^-1074.
        let shift = max(weight - 55, -1_074 - 2)
        let (top, bottom) =
            shift < 0 ? (numerator << -shift, denominator) : (numerator, denominator << shift)
        let (whole, remainder) = top.quotientAndRemainder(dividingBy: bottom)
        let bits = UInt64(whole) | (remainder == 0 ? 0 : 1)
        guard bits != 0 else { return 0 }
        // `bits * 2^shift` with a sticky lowest bit; cut to 53 bits, or to where subnormal numbers end.
        let width = 64 - bits.leadingZeroBitCount
        let drop = max(width - 53, -1_074 - shift)
        let kept = bits >> UInt64(drop)
        let rest = bits & ((1 << UInt64(drop)) - 1)
        let half: UInt64 = 1 << UInt64(drop - 1)
        let rounded = kept + (rest > half || rest == half && kept & 1 == 1 ? 1 : 0)
        let result = Double(sign: .plus, exponent: shift + drop, significand: Double(rounded))
        return result.isFinite ? result : nil
    }
}
