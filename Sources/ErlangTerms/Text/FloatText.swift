/// The shortest text that reads back as the same float, in the notation of `float_to_list(F, [short])`.
enum FloatText {
    static func bytes(_ value: Double) -> [UInt8] {
        var output: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
        let (digits, point) = self.decimal(value.magnitude)
        self.append(digits, point: point, isLarge: value.magnitude >= 9_007_199_254_740_992, to: &output)
        return output
    }

    /// The shortest digits, without zeros at either end, and where the decimal point stands among them: 0 is before
    /// the first digit.
    private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
        guard value != 0 else { return ([UInt8(ascii: "0")], 1) }
        // Swift's description has the shortest digits too; only its notation differs.
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var isExponent = false
        var isNegative = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"): isExponent = true
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if isExponent { exponent = exponent * 10 + Int(byte - UInt8(ascii: "0")) } else { digits.append(byte) }
            default: break
            }
        }
        var place = (point ?? digits.count) + (isNegative ? -exponent : exponent)
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        place -= zeros
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, place)
    }

    /// Plain notation unless scientific notation is shorter; scientific from 2^53 on, where neighbours of floats are
    /// no longer the next integers.
    private static func append(_ digits: [UInt8], point: Int, isLarge: Bool, to output: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        let exponent = Array("\(point - 1)".utf8)
        let scientificCount = digits.count + (digits.count == 1 ? 2 : 1) + 1 + exponent.count
        let plainCount =
            point <= 0 ? 2 - point + digits.count : point >= digits.count ? point + 2 : digits.count + 1
        if isLarge || scientificCount < plainCount {
            output.append(digits[0])
            output.append(UInt8(ascii: "."))
            output.append(contentsOf: digits.count == 1 ? [zero] : digits[1...])
            output.append(UInt8(ascii: "e"))
            output.append(contentsOf: exponent)
        } else if point <= 0 {
            output.append(contentsOf: [zero, UInt8(ascii: ".")])
            output.append(contentsOf: [UInt8](repeating: zero, count: -point))
            output.append(contentsOf: digits)
        } else if point >= digits.count {
            output.append(contentsOf: digits)
            output.append(contentsOf: [UInt8](repeating: zero, count: point - digits.count))
            output.append(contentsOf: [UInt8(ascii: "."), zero])
        } else {
            output.append(contentsOf: digits[..<point])
            output.append(UInt8(ascii: "."))
            output.append(contentsOf: digits[point...])
        }
    }
}
