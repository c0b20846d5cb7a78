using Tickiti.Domain.Common;

namespace Tickiti.Domain.Queues;

public sealed class QueueWithId : Specification<Queue>
{
    public QueueWithId(long id) => Where(queue => queue.Id == id);
}

public sealed class QueueNamed : Specification<Queue>
{
    public QueueNamed(string name)
    {
        var key = Queue.KeyOf(name);
        Where(queue => queue.NameKey == key);
    }
}
