using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

public sealed partial class ServedPv
{
    /// <summary>Puts a value as a client does.</summary>
    /// <exception cref="UserErrorException">It is not a value of this PV, or is outside its limits; the present value stays.</exception>
    public async Task PutAsync(PvData value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var data = Checked(value);
        if (OnPut is { } handler)
            await handler(data).ConfigureAwait(false);
        else
            Post(data);
    }

    private PvData Checked(PvData value)
    {
        if (!IsWritable)
            throw new UserErrorException($"PV {Name} is read-only");
        if (value.Count == 0 || value.Count > MaximumCount)
            throw new UserErrorException($"PV {Name} was put {value.Count} elements; it accepts 1 to {MaximumCount}");
        var data = PvConversion.Convert(value, Type, Properties.States, Properties.Precision)
            ?? throw new UserErrorException(Properties.States.Count > 0
                ? $"PV {Name} was put to '{value.TextAt(0)}'; its states are {string.Join(", ", Properties.States)}"
                : $"PV {Name} was put to '{value.TextAt(0)}', which is not a number");
        if (Type == PvType.String)
            return data;
        for (var i = 0; i < data.Count; i++)
        {
            // As it was given: what a conversion brings into range was outside all the same.
            var number = value.Type is PvType.String or PvType.Enum ? data.NumberAt(i) : value.NumberAt(i);
            if (Type == PvType.Enum && Properties.States.Count > 0 && (number < 0 || number >= Properties.States.Count))
                throw new UserErrorException($"PV {Name} was put to state {number}; its states are 0 to {Properties.States.Count - 1}: {string.Join(", ", Properties.States)}");
            if (!Properties.Control.Contains(number))
                throw new UserErrorException($"PV {Name} was put to {number}; its limits are {Properties.Control.Low} to {Properties.Control.High}");
            if (number < Lowest(Type) || number > Highest(Type))
                throw new UserErrorException($"PV {Name} was put to {number}, which does not fit into its type {Type}");
        }
        return data;
    }

    private static double Lowest(PvType type) => type switch { PvType.Int16 => short.MinValue, PvType.Int32 => int.MinValue, PvType.Char or PvType.Enum => 0, _ => double.NegativeInfinity };

    private static double Highest(PvType type) => type switch
    {
        PvType.Int16 => short.MaxValue,
        PvType.Int32 => int.MaxValue,
        PvType.Char => byte.MaxValue,
        PvType.Enum => ushort.MaxValue,
        _ => double.PositiveInfinity,
    };
}
