package dev.swivel.lab.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Who may know whom (docs/design.md, "Rooms"). Think hard about the layering before changing this
/// file.
class HouseTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.swivel");

    private static final String CORE = "dev.swivel.core..";
    private static final String[] BACKENDS = {
        "dev.swivel.iptables..", "dev.swivel.ipvs..", "dev.swivel.userspace.."
    };

    /// Decides and describes; never touches the world.
    private static final String[] PURE = {
        "dev.swivel.core.model..",
        "dev.swivel.core.track..",
        "dev.swivel.core.resolve..",
        "dev.swivel.core.watch.decode..",
        "dev.swivel.netfilter.rule..",
        "dev.swivel.iptables.render..",
        "dev.swivel.iptables.trace..",
        "dev.swivel.userspace.balance..",
        "dev.swivel.ipvs.render..",
    };

    @Test
    void theCoreKnowsOnlyItself() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.swivel..").and(not(resideInAPackage(CORE))))
                .check(HOUSE);
    }

    @Test
    void noBackendKnowsAnother() {
        slices().matching("dev.swivel.(iptables|ipvs|userspace)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    @Test
    void backendsKnowNeitherDaemonNorLab() {
        noClasses()
                .that()
                .resideInAnyPackage(BACKENDS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.swivel.daemon..", "dev.swivel.lab..")
                .check(HOUSE);
    }

    @Test
    void theDaemonFindsBackendsByTheirService() {
        noClasses()
                .that()
                .resideInAPackage("dev.swivel.daemon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BACKENDS)
                .check(HOUSE);
    }

    @Test
    void onlyTheWatchKnowsTheKubernetesClient() {
        noClasses()
                .that()
                .resideInAPackage("dev.swivel..")
                .and()
                .resideOutsideOfPackage("dev.swivel.core.watch..")
                .and()
                .resideOutsideOfPackage("dev.swivel.lab..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(HOUSE);
    }

    @Test
    void pureRoomsTouchNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                        "java.io..",
                                        "java.nio.file..",
                                        "java.nio.channels..",
                                        "java.util.concurrent.locks..",
                                        "dev.swivel.linux.exec..",
                                        "dev.swivel.linux.netlink..")
                                .and(
                                        not(
                                                com.tngtech.archunit.core.domain.JavaClass
                                                        .Predicates.assignableTo(
                                                        java.io.Serializable.class))))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(HOUSE);
    }

    @Test
    void packagesOfTheCoreFormNoCircle() {
        slices().matching("dev.swivel.core.(*)..").should().beFreeOfCycles().check(HOUSE);
    }
}
