namespace Hutch.Reduction.Scripting;

/// <summary>What a script puts out: one thing, or several by name. A thing is an array of numbers, a number, a <see cref="Curve"/>, or a <see cref="ScriptArray"/>.</summary>
public sealed class ScriptOutput
{
    internal Dictionary<string, object> Items { get; } = [];

    /// <summary>Sets a thing by name.</summary>
    public object this[string name]
    {
        get => Items[name];
        set => Items[name] = value;
    }

    /// <summary>An array as the only output.</summary>
    public static implicit operator ScriptOutput(Array value) => Only(value);

    /// <summary>A number as the only output.</summary>
    public static implicit operator ScriptOutput(double value) => Only(value);

    /// <summary>A curve as the only output.</summary>
    public static implicit operator ScriptOutput(Curve value) => Only(value);

    /// <summary>An array in shared memory as the only output.</summary>
    public static implicit operator ScriptOutput(ScriptArray value) => Only(value);

    private static ScriptOutput Only(object value) => new() { [""] = value };
}
