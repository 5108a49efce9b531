using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// Corrects the pixels of a Jungfrau module: <c>(adc - pedestal[g]) * gain[g]</c> in 32-bit floating point, where adc are bits 0-13, and g follows
/// from the gain bits 14-15: 0, 1, 3 mean 0, 1, 2 (and 2, which the detector does not send, means 2). Deployed converters compute
/// <c>bits % 3</c>, which takes 3 for 0; a setting keeps that.
/// </summary>
public sealed unsafe class GainCorrection
{
    private const int AdcBits = 14;
    private const uint AdcMask = (1 << AdcBits) - 1;

    // The gain bits that mean parameters 0 whatever the rule are 0; this further value does too with the deployed rule (4: none).
    private readonly uint _alsoFirst;
    private readonly float[] _gains;
    private readonly float[] _pedestals;

    /// <summary>Makes the correction of a module.</summary>
    public GainCorrection(GainParameters parameters, string rule)
    {
        (_gains, _pedestals) = (parameters.Gains, parameters.Pedestals);
        _alsoFirst = rule == GainSettings.UpstreamRule ? 3u : 4u;
    }

    /// <summary>Corrects pixels; whole cache lines go past the caches (see <see cref="StreamedCopy"/>).</summary>
    /// <param name="source">The pixels as the detector sent them.</param>
    /// <param name="target">Room for as many.</param>
    /// <param name="first">The first one's number in the module.</param>
    /// <param name="count">How many; they must lie in the module.</param>
    /// <param name="zeroMeansMissing">Whether a pixel whose bits are all 0 was not sent and stays 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Convert(ushort* source, float* target, int first, int count, bool zeroMeansMissing)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, GainParameters.Pixels);
        var done = 0;
        if (Vector512.IsHardwareAccelerated && (nint)target % sizeof(float) == 0)
        {
            // Up to the start of a cache line.
            done = Math.Min(count, (int)(-(nint)target & 63) / sizeof(float));
            ConvertScalar(source, target, first, done, zeroMeansMissing);
            fixed (float* gains = _gains, pedestals = _pedestals)
            {
                for (; done <= count - 32; done += 32)
                {
                    var raw = Vector512.Load(source + done);
                    var at = first + done;
                    Convert(Vector512.WidenLower(raw), gains + at, pedestals + at, zeroMeansMissing).StoreAlignedNonTemporal(target + done);
                    Convert(Vector512.WidenUpper(raw), gains + at + 16, pedestals + at + 16, zeroMeansMissing).StoreAlignedNonTemporal(target + done + 16);
                }
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            fixed (float* gains = _gains, pedestals = _pedestals)
            {
                for (; done <= count - 16; done += 16)
                {
                    var raw = Vector256.Load(source + done);
                    Convert(Vector256.WidenLower(raw), gains + first + done, pedestals + first + done, zeroMeansMissing).Store(target + done);
                    Convert(Vector256.WidenUpper(raw), gains + first + done + 8, pedestals + first + done + 8, zeroMeansMissing).Store(target + done + 8);
                }
            }
        }
        ConvertScalar(source + done, target + done, first + done, count - done, zeroMeansMissing);
    }

    /// <summary>The same, one pixel after the other.</summary>
    public void ConvertScalar(ushort* source, float* target, int first, int count, bool zeroMeansMissing)
    {
        for (var i = 0; i < count; i++)
        {
            var raw = source[i];
            var bits = (uint)raw >> AdcBits;
            var stage = bits == 0 || bits == _alsoFirst ? 0 : bits == 1 ? 1 : 2;
            var at = (stage * GainParameters.Pixels) + first + i;
            target[i] = zeroMeansMissing && raw == 0 ? 0 : ((raw & AdcMask) - _pedestals[at]) * _gains[at];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Convert(Vector256<uint> raw, float* gains, float* pedestals, bool zeroMeansMissing)
    {
        var bits = raw >>> AdcBits;
        var isFirst = (Vector256.Equals(bits, Vector256<uint>.Zero) | Vector256.Equals(bits, Vector256.Create(_alsoFirst))).AsSingle();
        var isSecond = Vector256.Equals(bits, Vector256<uint>.One).AsSingle();
        var adc = Vector256.ConvertToSingle((raw & Vector256.Create(AdcMask)).AsInt32());
        var result = (adc - Select(pedestals, isFirst, isSecond)) * Select(gains, isFirst, isSecond);
        return zeroMeansMissing ? Vector256.AndNot(result, Vector256.Equals(raw, Vector256<uint>.Zero).AsSingle()) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Select(float* planes, Vector256<float> isFirst, Vector256<float> isSecond) =>
        Vector256.ConditionalSelect(isFirst, Vector256.Load(planes),
            Vector256.ConditionalSelect(isSecond, Vector256.Load(planes + GainParameters.Pixels), Vector256.Load(planes + (2 * GainParameters.Pixels))));

    // As with 256 bits, but where no pixel has left stage 0, which is the rule, only its planes are read: a third of the bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Convert(Vector512<uint> raw, float* gains, float* pedestals, bool zeroMeansMissing)
    {
        var adc = Vector512.ConvertToSingle((raw & Vector512.Create(AdcMask)).AsInt32());
        Vector512<float> result;
        if (Vector512.LessThanAll(raw, Vector512.Create(AdcMask + 1)))
        {
            result = (adc - Vector512.Load(pedestals)) * Vector512.Load(gains);
        }
        else
        {
            var bits = raw >>> AdcBits;
            var isFirst = (Vector512.Equals(bits, Vector512<uint>.Zero) | Vector512.Equals(bits, Vector512.Create(_alsoFirst))).AsSingle();
            var isSecond = Vector512.Equals(bits, Vector512<uint>.One).AsSingle();
            result = (adc - Select(pedestals, isFirst, isSecond)) * Select(gains, isFirst, isSecond);
        }
        return zeroMeansMissing ? Vector512.AndNot(result, Vector512.Equals(raw, Vector512<uint>.Zero).AsSingle()) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Select(float* planes, Vector512<float> isFirst, Vector512<float> isSecond) =>
        Vector512.ConditionalSelect(isFirst, Vector512.Load(planes),
            Vector512.ConditionalSelect(isSecond, Vector512.Load(planes + GainParameters.Pixels), Vector512.Load(planes + (2 * GainParameters.Pixels))));
}
