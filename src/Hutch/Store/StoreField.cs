using System.Text;

namespace Hutch.Store;

/// <summary>A named value in a hash or in a stream entry.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value's bytes.</param>
public readonly record struct StoreField(string Name, byte[] Value)
{
    /// <summary>A field whose value is a string in UTF-8.</summary>
    public StoreField(string name, string value)
        : this(name, Encoding.UTF8.GetBytes(value))
    {
    }
}
