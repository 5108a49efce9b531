using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>
/// The properties of an object as PVs: numbers, texts, bool (an enumeration of <c>no</c> and <c>yes</c>), C# enumerations, and arrays of numbers. A put sets the
/// property; what its setter throws refuses the put.
/// </summary>
public sealed partial class PropertyPvs : IPvSource
{
    private readonly PvTable _table = new();
    private readonly List<(ServedPv Pv, PropertyInfo Property)> _properties = [];
    private readonly object _target;

    /// <summary>Makes PVs of all properties that have a <see cref="PvAttribute"/>.</summary>
    /// <param name="prefix">The prefix of each name, such as <c>HUTCH:</c>.</param>
    /// <param name="target">The object.</param>
    public PropertyPvs(string prefix, object target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        foreach (var property in target.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<PvAttribute>() is { } attribute)
                Add(prefix + (attribute.Name ?? Words().Replace(property.Name, "_$1").ToUpperInvariant()), property, attribute);
        }
    }

    /// <summary>The PVs.</summary>
    public PvTable Pvs => _table;

    /// <inheritdoc/>
    public ServedPv? Find(ReadOnlySpan<char> name) => _table.Find(name);

    /// <summary>Tells monitors of what has changed since the last time.</summary>
    /// <param name="alarm">The alarm of all; null: that of each by its limits.</param>
    public void Refresh(AlarmState? alarm = null)
    {
        foreach (var (pv, property) in _properties)
        {
            var value = Value(property);
            if (!pv.Current.Data.SameAs(value) || pv.Current.Alarm != (alarm ?? AlarmState.None))
                pv.Post(value, alarm: alarm);
        }
    }

    private void Add(string name, PropertyInfo property, PvAttribute attribute)
    {
        var states = property.PropertyType == typeof(bool) ? ["no", "yes"] : property.PropertyType.IsEnum ? Enum.GetNames(property.PropertyType) : [];
        var pv = new ServedPv(name, Value(property), attribute.TextSize)
        {
            IsWritable = property.SetMethod is { IsPublic: true },
            OnPut = data =>
            {
                Set(property, data);
                Refresh();
                return Task.CompletedTask;
            },
            Properties = new PvProperties { Units = attribute.Units, Precision = attribute.Precision, States = states, Control = new PvRange(attribute.Low, attribute.High) },
        };
        _table.Add(pv);
        _properties.Add((pv, property));
    }

    private PvData Value(PropertyInfo property)
    {
        var value = property.GetValue(_target);
        return property.GetCustomAttribute<PvAttribute>()!.TextSize > 0
            ? PvData.Of(Encoding.UTF8.GetBytes((value as string ?? "") + '\0'))
            : PvData.Of(value ?? "");
    }

    private void Set(PropertyInfo property, PvData data)
    {
        try
        {
            property.SetValue(_target, typeof(PvData).GetMethod(nameof(PvData.Get))!.MakeGenericMethod(property.PropertyType).Invoke(data, null));
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            throw new UserErrorException(inner.Message, inner);
        }
    }

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Words();
}
