package dev.darner.houseplan;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fails the build where the classes of any module leave the {@link HousePlan}. */
class HousePlanTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // JMH writes these around what is in the room.
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages(HousePlan.ROOT);

  @Test
  void everyArrowOfThePlanGoesDownToARoomThatIsOnIt() {
    for (HousePlan.Room room : HousePlan.rooms()) {
      for (String target : room.mayImport()) {
        int floor = HousePlan.room(target).orElseThrow().floor();
        assertTrue(
            floor < room.floor() || levelArrows(room).contains(target),
            () -> room.name() + " -> " + target + " does not go down");
      }
    }
  }

  @Test
  void everySourceFolderIsARoomOfItsModule() throws IOException {
    for (SourceTree.Folder folder : SourceTree.here().folders()) {
      String module =
          HousePlan.room(folder.name())
              .map(HousePlan.Room::module)
              .orElse("nowhere: it is not on the house plan");
      assertEquals(module, folder.module(), () -> "where the room " + folder.name() + " belongs");
    }
  }

  @Test
  void everyRoomThatHasSourcesWasSeenByTheRulesBelow() throws IOException {
    Set<String> seen = furnishedRooms().map(HousePlan.Room::name).collect(Collectors.toSet());
    List<String> missed =
        SourceTree.here().folders().stream()
            .filter(SourceTree.Folder::hasClasses)
            .map(SourceTree.Folder::name)
            .filter(name -> !seen.contains(name))
            .toList();
    assertEquals(List.of(), missed, "rooms with sources and no compiled class in sight");
    assertTrue(seen.contains("proto"), "the generated room was not seen");
  }

  @Test
  void everyClassLiesInARoomAndNotBelowOne() {
    Set<String> packages =
        HousePlan.rooms().stream().map(HousePlan.Room::packageName).collect(Collectors.toSet());
    classes()
        .should()
        .resideInAnyPackage(packages.toArray(String[]::new))
        .because("rooms have no sub-rooms, and a new room is a line of the house plan")
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("furnishedRooms")
  void aRoomImportsOnlyWhatItsLineAllows(HousePlan.Room room) {
    DescribedPredicate<JavaClass> ours = resideInAnyPackage(HousePlan.ROOT + "..");
    DescribedPredicate<JavaClass> forbidden =
        describe(
            "are in a room outside its line",
            target -> ours.test(target) && !mayImport(room, target));
    noClasses()
        .that()
        .resideInAPackage(room.packageName())
        .should()
        .dependOnClassesThat(forbidden)
        .check(CLASSES);
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching(HousePlan.ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("dev.darner.houseplan.HousePlan#libraries")
  void aLibraryIsNamedOnlyInItsRooms(HousePlan.Library library) {
    Set<String> rooms =
        library.rooms().stream()
            .map(name -> HousePlan.room(name).orElseThrow().packageName())
            .collect(Collectors.toSet());
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms.toArray(String[]::new))
        .should()
        .dependOnClassesThat(resideInAnyPackage(library.packages().toArray(String[]::new)))
        .check(CLASSES);
  }

  @Test
  void aClassIsNamedForItsIdeaOrItsMeans() {
    classes()
        .that()
        .resideOutsideOfPackage(HousePlan.ROOT + ".proto")
        .should(beNamedForTheirIdea())
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> beNamedForTheirIdea() {
    return ArchCondition.from(
        describe(
            "be named without Impl, Manager, Helper, Util(s) or Base",
            type ->
                !type.getSimpleName()
                    .matches("\\w*(Impl|Manager|Helper|Utils?)|Base[A-Z]\\w*|Abstract\\w*Base")));
  }

  /** The rooms that hold at least one compiled class. */
  private static Stream<HousePlan.Room> furnishedRooms() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    return HousePlan.rooms().stream().filter(room -> packages.contains(room.packageName()));
  }

  private static boolean mayImport(HousePlan.Room room, JavaClass target) {
    return Stream.concat(Stream.of(room.name()), room.mayImport().stream())
        .anyMatch(name -> target.getPackageName().equals(HousePlan.ROOT + "." + name));
  }

  private static Set<String> levelArrows(HousePlan.Room room) {
    return HousePlan.LEVEL_ARROWS.getOrDefault(room.name(), Set.of());
  }
}
