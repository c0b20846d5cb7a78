-- What searches need beyond the migrations, for who applies them by hand. It may be run again; sqlcmd needs -b.
SET QUOTED_IDENTIFIER, ANSI_NULLS, XACT_ABORT ON;
GO
BEGIN TRANSACTION;
GO
EXEC sp_getapplock @Resource = N'tickiti.search', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = -1;
GO
IF OBJECT_ID(N'[TicketSearchGrams]', N'U') IS NULL OR OBJECT_ID(N'[TicketSearchTexts]', N'U') IS NULL
  OR OBJECT_ID(N'[TicketSearchDue]', N'U') IS NULL OR OBJECT_ID(N'[TicketSearchChange]', N'TR') IS NULL
BEGIN
  DROP TRIGGER IF EXISTS [TicketSearchChange];
  DROP TABLE IF EXISTS [TicketSearchGrams], [TicketSearchTexts], [TicketSearchDue];
  CREATE TABLE [TicketSearchGrams] (
    [Gram] bigint NOT NULL,
    [Block] bigint NOT NULL,
    [Mask] bigint NOT NULL,
    CONSTRAINT [PK_TicketSearchGrams] PRIMARY KEY CLUSTERED ([Gram], [Block] DESC) WITH (DATA_COMPRESSION = PAGE)
  );
  ALTER TABLE [TicketSearchGrams] SET (LOCK_ESCALATION = DISABLE);
  CREATE TABLE [TicketSearchTexts] (
    [Id] bigint NOT NULL,
    [Found] bigint NOT NULL,
    [Bit] bigint NOT NULL,
    [Text] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [PK_TicketSearchTexts] PRIMARY KEY CLUSTERED ([Found], [Id]),
    CONSTRAINT [AK_TicketSearchTexts_Id] UNIQUE NONCLUSTERED ([Id])
  );
  CREATE TABLE [TicketSearchDue] (
    [Seq] bigint IDENTITY(1, 1) NOT NULL,
    [Id] bigint NOT NULL,
    CONSTRAINT [PK_TicketSearchDue] PRIMARY KEY CLUSTERED ([Seq])
  );
  INSERT INTO [TicketSearchDue] ([Id]) SELECT [Id] FROM [Tickets] WITH (TABLOCKX, HOLDLOCK) ORDER BY [Id];
END
GO
CREATE OR ALTER TRIGGER [TicketSearchChange] ON [Tickets] AFTER INSERT, UPDATE, DELETE AS
BEGIN
  SET NOCOUNT ON;
  IF UPDATE([Subject]) OR NOT EXISTS (SELECT * FROM inserted)
    INSERT INTO [TicketSearchDue] ([Id]) SELECT [Id] FROM inserted UNION SELECT [Id] FROM deleted;
END
GO
IF OBJECT_ID(N'[ResponseSearchGrams]', N'U') IS NULL OR OBJECT_ID(N'[ResponseSearchTexts]', N'U') IS NULL
  OR OBJECT_ID(N'[ResponseSearchDue]', N'U') IS NULL OR OBJECT_ID(N'[ResponseSearchChange]', N'TR') IS NULL
BEGIN
  DROP TRIGGER IF EXISTS [ResponseSearchChange];
  DROP TABLE IF EXISTS [ResponseSearchGrams], [ResponseSearchTexts], [ResponseSearchDue];
  CREATE TABLE [ResponseSearchGrams] (
    [Gram] bigint NOT NULL,
    [Block] bigint NOT NULL,
    [Mask] bigint NOT NULL,
    CONSTRAINT [PK_ResponseSearchGrams] PRIMARY KEY CLUSTERED ([Gram], [Block] DESC) WITH (DATA_COMPRESSION = PAGE)
  );
  ALTER TABLE [ResponseSearchGrams] SET (LOCK_ESCALATION = DISABLE);
  CREATE TABLE [ResponseSearchTexts] (
    [Id] bigint NOT NULL,
    [Found] bigint NOT NULL,
    [Bit] bigint NOT NULL,
    [Text] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [PK_ResponseSearchTexts] PRIMARY KEY CLUSTERED ([Found], [Id]),
    CONSTRAINT [AK_ResponseSearchTexts_Id] UNIQUE NONCLUSTERED ([Id])
  );
  CREATE TABLE [ResponseSearchDue] (
    [Seq] bigint IDENTITY(1, 1) NOT NULL,
    [Id] bigint NOT NULL,
    CONSTRAINT [PK_ResponseSearchDue] PRIMARY KEY CLUSTERED ([Seq])
  );
  INSERT INTO [ResponseSearchDue] ([Id]) SELECT [Id] FROM [Responses] WITH (TABLOCKX, HOLDLOCK) ORDER BY [Id];
END
GO
CREATE OR ALTER TRIGGER [ResponseSearchChange] ON [Responses] AFTER INSERT, UPDATE, DELETE AS
BEGIN
  SET NOCOUNT ON;
  IF UPDATE([Text]) OR UPDATE([TicketId]) OR NOT EXISTS (SELECT * FROM inserted)
    INSERT INTO [ResponseSearchDue] ([Id]) SELECT [Id] FROM inserted UNION SELECT [Id] FROM deleted;
END
GO
IF OBJECT_ID(N'[SentMailSearchGrams]', N'U') IS NULL OR OBJECT_ID(N'[SentMailSearchTexts]', N'U') IS NULL
  OR OBJECT_ID(N'[SentMailSearchDue]', N'U') IS NULL OR OBJECT_ID(N'[SentMailSearchChange]', N'TR') IS NULL
BEGIN
  DROP TRIGGER IF EXISTS [SentMailSearchChange];
  DROP TABLE IF EXISTS [SentMailSearchGrams], [SentMailSearchTexts], [SentMailSearchDue];
  CREATE TABLE [SentMailSearchGrams] (
    [Gram] bigint NOT NULL,
    [Block] bigint NOT NULL,
    [Mask] bigint NOT NULL,
    CONSTRAINT [PK_SentMailSearchGrams] PRIMARY KEY CLUSTERED ([Gram], [Block] DESC) WITH (DATA_COMPRESSION = PAGE)
  );
  ALTER TABLE [SentMailSearchGrams] SET (LOCK_ESCALATION = DISABLE);
  CREATE TABLE [SentMailSearchTexts] (
    [Id] bigint NOT NULL,
    [Found] bigint NOT NULL,
    [Bit] bigint NOT NULL,
    [Text] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [PK_SentMailSearchTexts] PRIMARY KEY CLUSTERED ([Found], [Id]),
    CONSTRAINT [AK_SentMailSearchTexts_Id] UNIQUE NONCLUSTERED ([Id])
  );
  CREATE TABLE [SentMailSearchDue] (
    [Seq] bigint IDENTITY(1, 1) NOT NULL,
    [Id] bigint NOT NULL,
    CONSTRAINT [PK_SentMailSearchDue] PRIMARY KEY CLUSTERED ([Seq])
  );
  INSERT INTO [SentMailSearchDue] ([Id]) SELECT [Id] FROM [SentMails] WITH (TABLOCKX, HOLDLOCK) ORDER BY [Id];
END
GO
CREATE OR ALTER TRIGGER [SentMailSearchChange] ON [SentMails] AFTER INSERT, UPDATE, DELETE AS
BEGIN
  SET NOCOUNT ON;
  IF UPDATE([Subject]) OR UPDATE([ToAddress]) OR NOT EXISTS (SELECT * FROM inserted)
    INSERT INTO [SentMailSearchDue] ([Id]) SELECT [Id] FROM inserted UNION SELECT [Id] FROM deleted;
END
GO
IF OBJECT_ID(N'[SuppressionSearchGrams]', N'U') IS NULL OR OBJECT_ID(N'[SuppressionSearchTexts]', N'U') IS NULL
  OR OBJECT_ID(N'[SuppressionSearchDue]', N'U') IS NULL OR OBJECT_ID(N'[SuppressionSearchChange]', N'TR') IS NULL
BEGIN
  DROP TRIGGER IF EXISTS [SuppressionSearchChange];
  DROP TABLE IF EXISTS [SuppressionSearchGrams], [SuppressionSearchTexts], [SuppressionSearchDue];
  CREATE TABLE [SuppressionSearchGrams] (
    [Gram] bigint NOT NULL,
    [Block] bigint NOT NULL,
    [Mask] bigint NOT NULL,
    CONSTRAINT [PK_SuppressionSearchGrams] PRIMARY KEY CLUSTERED ([Gram], [Block] DESC) WITH (DATA_COMPRESSION = PAGE)
  );
  ALTER TABLE [SuppressionSearchGrams] SET (LOCK_ESCALATION = DISABLE);
  CREATE TABLE [SuppressionSearchTexts] (
    [Id] bigint NOT NULL,
    [Found] bigint NOT NULL,
    [Bit] bigint NOT NULL,
    [Text] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [PK_SuppressionSearchTexts] PRIMARY KEY CLUSTERED ([Found], [Id]),
    CONSTRAINT [AK_SuppressionSearchTexts_Id] UNIQUE NONCLUSTERED ([Id])
  );
  CREATE TABLE [SuppressionSearchDue] (
    [Seq] bigint IDENTITY(1, 1) NOT NULL,
    [Id] bigint NOT NULL,
    CONSTRAINT [PK_SuppressionSearchDue] PRIMARY KEY CLUSTERED ([Seq])
  );
  INSERT INTO [SuppressionSearchDue] ([Id]) SELECT [Id] FROM [Suppressions] WITH (TABLOCKX, HOLDLOCK) ORDER BY [Id];
END
GO
CREATE OR ALTER TRIGGER [SuppressionSearchChange] ON [Suppressions] AFTER INSERT, UPDATE, DELETE AS
BEGIN
  SET NOCOUNT ON;
  IF UPDATE([Email]) OR NOT EXISTS (SELECT * FROM inserted)
    INSERT INTO [SuppressionSearchDue] ([Id]) SELECT [Id] FROM inserted UNION SELECT [Id] FROM deleted;
END
GO
COMMIT;
GO
