namespace Hutch.LiveResults;

/// <summary>A result in the form sent over the bus and HTTP: small enough for a message.</summary>
public static class ResultMessage
{
    /// <summary>Numbers and curves with their values; images and larger things by type and shape.</summary>
    public static object Of(ResultSet result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new
        {
            result.Instrument,
            result.Version,
            result.Time,
            result.Run,
            result.Chunks,
            result.IsFinal,
            result.Scripts,
            Items = result.Items.Select(i => new
            {
                i.Name,
                i.Kind,
                i.Labels,
                i.Values.Type,
                i.Values.Shape,
                Value = i.Kind == ResultKind.Number ? i.Values.ToDoubles()[0] : (double?)null,
                Y = i.Kind == ResultKind.Curve ? i.Values.ToDoubles() : null,
                X = i.X?.ToDoubles(),
            }),
        };
    }
}
